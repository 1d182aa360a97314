import { defineRule, type InstructionCommand } from '../../src/rule.ts';
import { compose, DOCKERFILE, django } from '../shared/values/examples.ts';

const SERVER = /\b(gunicorn|uvicorn|daphne|hypercorn|granian|uwsgi|waitress-serve|celery)\b/;
/** With -c these become the last command, unless a redirection or a trap keeps them; dash, the sh of Debian, never does. */
const HANDS_OVER = /(^|\/)(ba|z)sh$/;
const files = { ...django(), 'docker-compose.yml': compose() };
const image = (command: string) => DOCKERFILE.replace(/CMD .*/, command);

export default defineRule({
  id: 'container/shell-form-command',
  title: 'Shell-form CMD/ENTRYPOINT swallows SIGTERM',
  severity: 'warning',
  topic: 2,
  since: '0.1.0',
  why: 'The server runs as a child of sh, never sees SIGTERM and is killed after the grace period: every deployment drops the requests in flight.',
  fix: 'Use the exec form, or `exec` before the server: CMD ["sh", "-c", "exec gunicorn …"].',
  autofix: 'safe',
  links: ['https://docs.docker.com/reference/build-checks/json-args-recommended/'],
  examples: {
    bad: [
      { ...files, Dockerfile: image('CMD gunicorn mysite.wsgi --bind 0.0.0.0:8000 --workers 3 # !').replace(' # !\n', ' # !\n') },
      { ...files, Dockerfile: image('CMD ["sh", "-c", "python manage.py migrate && gunicorn mysite.wsgi --bind 0.0.0.0:8000"] # !') },
    ],
    good: [
      { ...files, Dockerfile: DOCKERFILE },
      { ...files, Dockerfile: image('CMD exec gunicorn mysite.wsgi --bind 0.0.0.0:8000 --workers 3') },
      { ...files, Dockerfile: image('CMD ["sh", "-c", "python manage.py migrate && exec gunicorn mysite.wsgi --bind 0.0.0.0:8000"]') },
      {
        ...django(),
        'docker-compose.yml': compose({ web: '    init: true\n    command: ["gunicorn", "mysite.wsgi", "--bind", "0.0.0.0:8000"]\n' }),
        Dockerfile: image('CMD gunicorn mysite.wsgi'),
      },
    ],
    undecided: [
      { ...files, Dockerfile: image('CMD ["bash", "-c", "python manage.py migrate && gunicorn mysite.wsgi --bind 0.0.0.0:8000"]') },
      {
        ...files,
        Dockerfile: image('SHELL ["/bin/bash", "-o", "pipefail", "-c"]\nCMD gunicorn mysite.wsgi --bind 0.0.0.0:8000 --workers 3'),
      },
    ],
  },
  needs: ['processes'],
  check({ processes }, ctx) {
    const seen = new Set<string>();
    for (const process of processes) {
      const build = process.image?.build;
      const instruction = build?.command ?? build?.entrypoint;
      if (!build || !instruction || seen.has(build.dockerfile) || process.commandAt.file !== build.dockerfile) continue;
      seen.add(build.dockerfile);
      const shell = shellScript(instruction);
      if (shell === null || !startsServerAsChild(shell.script)) continue;
      if (HANDS_OVER.test(shell.name)) {
        ctx.undecided('Such a shell replaces itself by the last command in most cases.', instruction.at);
        continue;
      }
      ctx.report({
        at: instruction.at,
        message: 'The server is started as a child of a shell: SIGTERM never reaches it and it is killed with requests in flight.',
        subject: build.dockerfile,
      });
    }
  },
});

/** The text that a shell runs, of the shell form or of `sh -c`, and the name of the shell. */
function shellScript(command: InstructionCommand): { readonly name: string; readonly script: string } | null {
  const words = command.argv.map((word) => (word.kind === 'known' ? word.value : ''));
  const [name = ''] = words;
  const at = words.findIndex((word) => /^-\w*c$/.test(word));
  if (at > 0 && /(^|\/)(ba|da|a|z)?sh$/.test(name)) return { name, script: words[at + 1] ?? '' };
  return command.form === 'shell' ? { name: 'sh', script: words.join(' ') } : null;
}

/** The last command of the script decides: an `exec` before it hands the process over. */
function startsServerAsChild(script: string): boolean {
  const last =
    script
      .split(/&&|;|\|\|/)
      .at(-1)
      ?.trim() ?? '';
  return SERVER.test(last) && !/^exec\b/.test(last);
}
