import { defineRule, type Project } from '../../src/rule.ts';
import { productionProjects } from '../shared/processes/production-images.ts';
import { DOCKERFILE, django } from '../shared/values/examples.ts';

const MODELS = 'from django.db import models\n\n\nclass Book(models.Model):\n    cover = models.ImageField()\n';
const project = (requirements: string, models = MODELS) => ({
  ...django(),
  Dockerfile: DOCKERFILE,
  'requirements.txt': requirements,
  'books/__init__.py': '',
  'books/models.py': models,
});
const FROZEN = 'asgiref==3.9.1\nDjango==5.2.8\ngunicorn==23.0.0\npackaging==25.0\nsqlparse==0.5.3\n';

export default defineRule({
  id: 'dependencies/pillow-missing',
  title: 'ImageField without Pillow',
  severity: 'error',
  topic: 4,
  since: '0.1.0',
  why: 'Django checks for Pillow before every command: in a clean image `migrate`, `collectstatic` and the tests stop with fields.E210.',
  fix: 'Add `pillow` to the requirements.',
  autofix: 'none',
  links: ['https://docs.djangoproject.com/en/stable/ref/models/fields/#imagefield'],
  django: ['fields.E210'],
  examples: {
    bad: [project(FROZEN, MODELS.replace('ImageField()', 'ImageField() # !'))],
    good: [
      project(`${FROZEN}pillow==11.3.0\n`),
      project(`${FROZEN}sorl-thumbnail==12.11.0\n`),
      project(FROZEN, MODELS.replace('ImageField', 'FileField')),
      // What else is installed is not known.
      project('-r https://example.com/requirements.txt\nDjango==5.2.8\n'),
    ],
  },
  needs: ['repository'],
  check({ repository }, ctx) {
    const fields = repository.codeMentions(/\bmodels\.ImageField\s*\(/).items;
    for (const project of productionProjects(repository.model)) {
      const first = fields.find(({ file }) => belongs(file, project));
      if (first === undefined || installsPillow(project)) continue;
      ctx.report({ at: first, message: 'An `ImageField` needs Pillow, which nothing installs.', subject: project.root });
    }
  },
});

/** Packages that bring Pillow along. */
const BRING = [
  'pillow',
  'pillow-simd',
  'wagtail',
  'easy-thumbnails',
  'django-imagekit',
  'sorl-thumbnail',
  'django-versatileimagefield',
  'django-stdimage',
  'django-filer',
  'django-cms',
  'reportlab',
  'weasyprint',
  'qrcode',
];

function installsPillow({ packages }: Project): boolean {
  return packages.installs('pillow') !== 'no' || BRING.some((name) => packages.installs(name) === 'yes');
}

function belongs(file: string, { root }: Project): boolean {
  return root === '' || file.startsWith(`${root}/`);
}
