import { add, compose, type Mutation, setting } from './edits.ts';

export const MUTATIONS: readonly Mutation[] = [
  {
    name: 'key in the source',
    edits: setting('os.environ["SECRET_KEY"]', '"Kq8-vN3m_pZr7TtL0sXw2YbC5dEfGhJ9aQ6uRi4oPkMnBvCxZl"'),
    expect: ['secrets/secret-key-hardcoded'],
  },
  {
    name: 'key of a template',
    edits: setting('os.environ["SECRET_KEY"]', '"django-insecure-Kq8vN3mpZr7TtL0sXw2YbC5dEfGhJ9aQ6uRi4oPkMn"'),
    expect: ['secrets/secret-key-publicly-known'],
  },
  { name: 'short old key', edits: add('SECRET_KEY_FALLBACKS = ["short"]'), expect: ['secrets/secret-key-fallbacks-unsafe'] },
  {
    name: 'key as bytes',
    edits: setting('os.environ["SECRET_KEY"]', 'b"Kq8-vN3m_pZr7TtL0sXw2YbC5dEfGhJ9aQ6uRi4oPkMnBvCxZl"'),
    expect: ['secrets/secret-key-is-bytes'],
  },
  {
    name: 'weak key',
    edits: compose('  env_file: .env\n', '  env_file: .env\n  environment:\n    SECRET_KEY: bb2tzq\n'),
    expect: ['secrets/secret-key-weak'],
  },
];
