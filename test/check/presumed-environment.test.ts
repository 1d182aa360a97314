import { expect, test } from 'vitest';
import { withUnknownEnvironments } from '../../src/check/presumed-environment.ts';
import type { Deployment } from '../../src/deployment/model.ts';
import { deployment, environment, model, process } from './fakes.ts';

const web = process('web', { environment: environment({ DEBUG: '0' }) });

function after(one: Deployment, hermetic = false) {
  const linked = withUnknownEnvironments({ model: model([one]), problems: [] }, { hermetic });
  return linked.model.deployments[0]?.processes[0]?.environment;
}

test('without a manifest the environment may give more than is known', () => {
  const opened = after(deployment('manage.py', [web], { kind: 'settings' }));
  expect(opened?.closed).not.toBe(true);
  expect([...(opened?.variables.keys() ?? [])]).toEqual(['DEBUG']);
});

test('what a manifest, --settings or --hermetic says is all there is', () => {
  expect(after(deployment('Procfile', [web]))?.closed).toBe(true);
  expect(after(deployment('--settings', [web], { kind: 'settings' }))?.closed).toBe(true);
  expect(after(deployment('manage.py', [web], { kind: 'settings' }), true)?.closed).toBe(true);
});
