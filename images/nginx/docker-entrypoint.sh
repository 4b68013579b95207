#!/bin/sh
# The official nginx image's hooks: templates filled from the environment, then scripts, then the command.
set -eu

fill_templates() {
  # Only variables that exist are replaced, so nginx's own $variables survive.
  names=$(env | sed -n 's/^\([A-Za-z_][A-Za-z0-9_]*\)=.*/${\1}/p' | tr '\n' ' ')
  for template in /etc/nginx/templates/*.template; do
    [ -e "$template" ] || continue
    envsubst "$names" < "$template" > "/etc/nginx/conf.d/$(basename "$template" .template)"
  done
}

run_scripts() {
  for script in /docker-entrypoint.d/*.sh; do
    if [ -x "$script" ]; then "$script"; fi
  done
}

if [ "${1:-}" = nginx ]; then
  fill_templates
  run_scripts
fi
exec "$@"
