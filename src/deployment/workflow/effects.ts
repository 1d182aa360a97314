import { textOrigin } from '../../core/origin.ts';
import type { Span } from '../../core/span.ts';
import { known, type Value } from '../../core/value.ts';
import type { Environment } from '../../settings/model.ts';
import { asText, get, type YamlNode } from '../../syntax/yaml/index.ts';
import type { JobStep } from '../model.ts';
import { opened, provided } from '../pipeline/effects.ts';

/** Images whose own variables never concern a Django project. */
const PLAIN_IMAGE = /^(docker\.io\/)?(library\/)?(python|node|ubuntu|debian|alpine|nikolaik\/python-nodejs|cimg\/python)(:|@|$)/;

/** The environment in which the first step of a job runs. */
export function jobEnvironment(container: YamlNode | undefined, variables: ReadonlyMap<string, Value<string>>, at: Span): Environment {
  const fixed = ['CI', 'GITHUB_ACTIONS'].map((name) => [name, known('true', textOrigin(at, 'set by the runner'))] as const);
  const image = container === undefined ? undefined : (asText(container) ?? asText(get(container, 'image')) ?? '');
  const closed: Environment['closed'] =
    image === undefined || image === '' || PLAIN_IMAGE.test(image)
      ? true
      : { because: `the image ${image} may set variables`, at: container?.span ?? at };
  return { variables: new Map([...fixed, ...variables]), closed };
}

/** Actions that set no variable a project reads. Any other action may. */
const QUIET_ACTIONS =
  /^(actions|docker|codecov|astral-sh|github|peter-evans|pre-commit|snok|abatilo|psf|appleboy|burnett01|shimataro|webfactory|easingthemes|superfly|dorny|coverallsapp|browser-actions|pnpm|ruby|hadolint|aquasecurity|pypa|softprops|test-summary|EnricoMi|py-cov-action|KyleMayes|awalsh128|tj-actions|mxschmitt|slackapi|8398a7|rtCamp|akhileshns|treosh|cypress-io|reviewdog|chartboost|sonarsource|SonarSource|azure\/setup-[a-z]+|aws-actions\/amazon-ecr-login)(\/|@|$)/i;
const ENV_FILE_ACTIONS = /create-envfile|dotenv|env-file|create-env|export-env/i;

/** What an action leaves behind for the steps after it; one of the same repository is read step by step. */
export function afterAction(uses: string, { at, inputs }: JobStep, environment: Environment): Environment {
  if (ENV_FILE_ACTIONS.test(uses)) return provided(environment, actionVariables(inputs), at, `${uses} writes variables`);
  if (QUIET_ACTIONS.test(uses)) return environment;
  return opened(environment, `${uses} may set variables`, at);
}

/** SpicyPizza/create-envfile takes inputs such as `envkey_DEBUG`. */
function actionVariables(inputs: JobStep['inputs']): readonly string[] {
  return [...inputs.keys()].flatMap((key) => /^envkey_(.+)$/i.exec(key)?.[1] ?? []);
}
