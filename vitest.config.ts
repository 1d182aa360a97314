import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // Nothing of the caller's environment may change an output.
    env: { CI: '', NO_COLOR: '', FORCE_COLOR: '', GITHUB_ACTIONS: '', DJANGO_SETTINGS_MODULE: '' },
    testTimeout: 20_000,
  },
});
