/** What `init` writes: every key, commented out, with its meaning. */
export const STARTER = `# Configuration of django-prodcheck. Paths are relative to this folder; options of the command line go over it.

# Report only these rules, or leave some out: ids or whole areas.
# select = ["settings/*", "server/*"]
# ignore = ["proxy/http2-listen-deprecated"]

# Exit status 1 from this severity on: "error", "warning", "note" or "never".
# fail-on = "warning"

# Suppressions in comments must give a reason.
# strict = true

# Files to look at, and files to leave out.
# include = ["backend/**", "deploy/**"]
# exclude = ["legacy/**"]

# CPU cores of the production machine: rules about the number of workers need it.
# cpus = 2

# What production really loads, when no file of the repository says so.
# settings = "mysite.settings.production"
# class = "Production"
# path = ["src"]
# env-file = [".env.production"]
# django = "5.2"
# python = "3.12"

# What counts as production, when the names of the files mislead: ids as the command topology prints them.
# [deployments]
# only = ["deploy/compose.yml"]
# add = ["ops/dev-cluster"]
# exclude = ["examples/**"]
# names = { shop = "docker-compose.yml+docker-compose.prod.yml" }

# Variables that production gets from outside the repository. Never write a secret here.
# [env]
# DJANGO_ALLOWED_HOSTS = "www.example.com"
`;
