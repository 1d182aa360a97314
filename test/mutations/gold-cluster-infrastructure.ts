import type { Edit, Mutation } from './edits.ts';

/** One replacement in a file of Terraform. */
const terraform = (file: string, find: string, replace: string): readonly Edit[] => [{ file: `terraform/${file}.tf`, find, replace }];

/** Ways to break fixtures/gold-cluster in what Terraform makes for it. */
export const MUTATIONS: readonly Mutation[] = [
  {
    name: 'a public address for the database',
    edits: terraform('database', 'publicly_accessible    = false', 'publicly_accessible    = true'),
    expect: ['infrastructure/database-publicly-accessible'],
  },
  {
    name: 'no more backups, in the variables of production',
    edits: [{ file: 'terraform/production.tfvars', find: 'backup_days     = 14', replace: 'backup_days     = 0' }],
    expect: ['infrastructure/database-backups-disabled'],
  },
  {
    name: 'storage in clear',
    edits: terraform('database', '  storage_encrypted     = true\n', ''),
    expect: ['infrastructure/database-storage-unencrypted'],
  },
  {
    name: 'a database that may be destroyed without a copy',
    edits: [
      ...terraform('database', 'deletion_protection       = true', 'deletion_protection       = false'),
      ...terraform('database', 'skip_final_snapshot       = false', 'skip_final_snapshot       = true'),
    ],
    expect: ['infrastructure/database-deletion-unprotected'],
  },
  {
    name: 'one zone for the database',
    edits: terraform('database', '  multi_az               = true\n', ''),
    expect: ['infrastructure/database-single-zone'],
  },
  {
    name: 'the password of the database in its file',
    edits: terraform('database', '  manage_master_user_password = true', '  password                    = "qT7vLw0XkfS8pQ2z"'),
    expect: ['secrets/terraform-password-literal'],
  },
  {
    name: 'a database that the world may reach',
    edits: terraform('database', 'security_groups = [var.cluster_security_group]', 'cidr_blocks     = ["0.0.0.0/0"]'),
    expect: ['infrastructure/security-group-open'],
  },
  {
    name: 'a queue that is spoken to in clear',
    edits: terraform('cache', '  transit_encryption_enabled = true\n  auth_token                 = var.cache_token\n', ''),
    expect: ['infrastructure/cache-transit-unencrypted'],
  },
  {
    name: 'uploads that everybody may write',
    edits: [
      ...terraform('uploads', 'block_public_policy     = true', 'block_public_policy     = false'),
      ...terraform('uploads', 'restrict_public_buckets = true', 'restrict_public_buckets = false'),
      ...terraform('uploads', '"Deny"', '"Allow"'),
      ...terraform('uploads', '        Condition = { Bool = { "aws:SecureTransport" = "false" } }\n', ''),
    ],
    expect: ['infrastructure/bucket-public'],
  },
  {
    name: 'uploads without versions',
    edits: terraform('uploads', 'status = "Enabled"', 'status = "Suspended"'),
    expect: ['infrastructure/bucket-versioning-missing'],
  },
  {
    name: 'a load balancer that takes plain requests',
    edits: terraform(
      'balancer',
      'type = "redirect"\n\n    redirect {\n      port        = "443"\n      protocol    = "HTTPS"\n      status_code = "HTTP_301"\n    }\n',
      'type             = "forward"\n    target_group_arn = aws_lb_target_group.ingress.arn\n',
    ),
    expect: ['infrastructure/load-balancer-forwards-http'],
  },
  {
    name: 'the password of the exporter in its task',
    edits: terraform(
      'export',
      '{ name = "PGUSER", value = "exporter" },',
      '{ name = "PGUSER", value = "exporter" },\n        { name = "PGPASSWORD", value = "qT7vLw0XkfS8pQ2z" },',
    ),
    expect: ['secrets/ecs-secret-literal'],
  },
  {
    name: 'uploads in the files of each pod',
    edits: [
      {
        file: 'harbour/settings/production.py',
        find: '"BACKEND": "storages.backends.s3.S3Storage",\n        "OPTIONS": {\n            "bucket_name": os.environ["UPLOADS_BUCKET"],\n            "region_name": "eu-central-1",\n            "default_acl": None,\n            "file_overwrite": False,\n        },',
        replace: '"BACKEND": "django.core.files.storage.FileSystemStorage",',
      },
      { file: 'harbour/settings/production.py', find: 'REDIS_URL = os', replace: 'MEDIA_ROOT = "/srv/media"\nREDIS_URL = os' },
    ],
    expect: ['infrastructure/replicas-with-local-state'],
  },
];
