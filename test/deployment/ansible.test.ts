import { describe, expect, it } from 'vitest';
import type { PlaybookTask } from '../../src/deployment/model.ts';
import { build, project } from './projects.ts';

const PLAYBOOK = `---
- name: Deploy
  hosts: web
  become: true
  serial: 1
  vars:
    app_dir: /srv/mysite
    venv: "{{ app_dir }}/venv"
  vars_files: [secrets.yml]
  pre_tasks:
    - name: packages
      ansible.builtin.apt: name=nginx state=present
  roles:
    - { role: app, when: deploy_app }
  tasks:
    - name: migrate
      command: "{{ venv }}/bin/python manage.py migrate chdir={{ app_dir }}"
      run_once: true
      environment:
        DJANGO_SETTINGS_MODULE: mysite.settings
        SECRET_KEY: "{{ secret_key }}"
    - block:
        - shell: |
            cd {{ app_dir }}
            {{ unknown_folder }}/bin/python manage.py collectstatic --noinput
          become_user: "{{ app_user }}"
      when: collect
  handlers:
    - name: restart
      systemd: { name: mysite, state: restarted }
`;
const FILES = {
  ...project(),
  'deploy/site.yml': PLAYBOOK,
  'deploy/secrets.yml': '$ANSIBLE_VAULT;1.1;AES256\n6162\n',
  'deploy/hosts': '[web]\nweb[1:3].example.org\n[db]\ndb1 ansible_host=10.0.0.1\n[all:vars]\nx=1\n',
  'deploy/group_vars/all.yml':
    'app_user: deploy\nsecret_key: !vault |\n  $ANSIBLE_VAULT;1.1;AES256\n  61\ndb_password: hunter2-real\nnested:\n  api_token: abc\n',
  'deploy/roles/app/tasks/main.yml':
    '- include_tasks: config.yml\n- django_manage:\n    command: migrate --noinput\n    app_path: /srv/mysite\n    settings: mysite.settings\n',
  'deploy/roles/app/tasks/config.yml':
    '- template:\n    src: app.service.j2\n    dest: /etc/systemd/system/app.service\n  notify: restart\n- template: src=supervisor.conf.j2 dest=/etc/supervisor/conf.d/{{ name }}.conf\n',
  'deploy/roles/app/handlers/main.yml': '- name: reload\n  service: name=app state=reloaded\n',
  'deploy/roles/app/defaults/main.yml': 'app_user: www-data\nport: 8000\n',
  'deploy/roles/app/templates/app.service.j2':
    '[Unit]\nDescription=x\n{% if a %}\n[Service]\nUser={{ app_user }}\nWorkingDirectory=/srv/mysite\nExecStart={{ venv }}/bin/gunicorn mysite.wsgi --bind {{ host }}:8000 --timeout 40\n{% endif %}\n',
  'deploy/roles/app/templates/supervisor.conf.j2': '[program:w]\ncommand={{ venv }}/bin/python manage.py rqworker\nuser=deploy\n',
};

const playbooks = async (files: Record<string, string>) => {
  const found = (await build(files)).playbooks;
  if (found === null) throw new Error('no playbooks');
  return found;
};
const words = (task: PlaybookTask | undefined) =>
  task?.commands.map(({ argv }) => argv.map((word) => (word.kind === 'known' ? word.value : '?')).join(' '));
const text = (value: ReturnType<PlaybookTask['get']>) => (value.kind === 'known' ? value.value : value.kind);

describe('Ansible', () => {
  it('follows plays into roles and includes, in their order', async () => {
    const { tasks } = await playbooks(FILES);
    const told = tasks.map((one) => `${one.module}${one.handler ? '!' : ''} ${one.role?.split('/').at(-1) ?? '-'}`);
    expect(told).toEqual([
      'apt -',
      'template app',
      'template app',
      'django_manage app',
      'service! app',
      'command -',
      'shell -',
      'systemd! -',
    ]);
    expect(tasks.every((one) => one.play?.hostCount === 3 && one.play.serial?.kind === 'known')).toBe(true);
  });

  it('reads both forms of arguments', async () => {
    const { tasks } = await playbooks(FILES);
    const [apt, service, supervisor] = tasks;
    expect([apt?.get('name'), service?.get('src'), supervisor?.get('src'), supervisor?.get('dest')].map((one) => one && text(one))).toEqual(
      ['nginx', 'app.service.j2', 'supervisor.conf.j2', 'unknown'],
    );
    expect(apt?.get('absent')).toMatchObject({ kind: 'known', value: undefined });
  });

  it('fills variables in as far as they are known', async () => {
    const { tasks } = await playbooks(FILES);
    const migrate = tasks.find((one) => one.name === 'migrate');
    expect(words(migrate)).toEqual(['/srv/mysite/venv/bin/python manage.py migrate']);
    expect(migrate?.commands[0]).toMatchObject({ management: { name: 'migrate' }, workdir: { value: '/srv/mysite' } });
    expect(migrate?.commands[0]?.environment.variables.get('DJANGO_SETTINGS_MODULE')).toMatchObject({ value: 'mysite.settings' });
    expect(migrate?.commands[0]?.environment.variables.get('SECRET_KEY')?.kind).toBe('unknown');
    const shell = tasks.find((one) => one.module === 'shell');
    expect(words(shell)?.at(-1)).toBe('python manage.py collectstatic --noinput');
    expect(shell?.commands.at(-1)?.management?.name).toBe('collectstatic');
    expect(text(shell?.keyword('become_user') ?? { kind: 'known', value: undefined, origin: { step: 'default', of: '' } })).toBe('deploy');
  });

  it('hands on what stands around a task', async () => {
    const { tasks } = await playbooks(FILES);
    const managed = tasks.find((one) => one.module === 'django_manage');
    expect(managed?.conditions).toEqual(['deploy_app']);
    expect(managed?.commands[0]).toMatchObject({ management: { name: 'migrate' }, conditional: true });
    expect(text(managed?.keyword('become') ?? { kind: 'known', value: undefined, origin: { step: 'default', of: '' } })).toBe(true);
    expect(tasks.find((one) => one.module === 'shell')?.conditions).toEqual(['collect']);
  });

  it('shows variables without the values of secrets', async () => {
    const { variables } = await playbooks(FILES);
    const of = (name: string) => variables.find((one) => one.name === name);
    expect(of('secret_key')).toMatchObject({ vaulted: true, value: { kind: 'unknown' } });
    expect(JSON.stringify(variables)).not.toContain('hunter2');
    expect(of('venv')?.value.kind).toBe('unknown');
  });

  it('tells which files it installs, which are for production then', async () => {
    const model = await build(FILES);
    expect(model.playbooks?.installed.map((one) => [one.path.split('/').at(-1), one.to?.kind])).toEqual([
      ['app.service.j2', 'known'],
      ['supervisor.conf.j2', 'unknown'],
    ]);
    const ids = model.deployments.map((one) => one.id);
    expect(ids).toEqual(['deploy/roles/app/templates/app.service.j2', 'deploy/roles/app/templates/supervisor.conf.j2']);
    const [unit] = model.deployments[0]?.processes ?? [];
    expect(unit?.server).toMatchObject({ software: 'gunicorn', timeout: { value: 40 } });
    expect(unit?.user.kind).toBe('unknown');
  });

  it('reads inventories of YAML, and says nothing of hosts that a plugin finds', async () => {
    const yaml = 'all:\n  children:\n    web:\n      hosts:\n        a:\n        b:\n';
    const { hosts: _hosts, ...rest } = { ...FILES, hosts: '' };
    const { 'deploy/hosts': _old, ...files } = rest;
    const counted = await playbooks({ ...files, 'deploy/inventory.yml': yaml });
    expect(counted.tasks[0]?.play?.hostCount).toBe(2);
    const plugged = await playbooks({ ...files, 'deploy/inventory.yml': 'plugin: aws_ec2\n' });
    expect(plugged.tasks[0]?.play?.hostCount).toBe(null);
  });

  it('leaves out tests and products that run playbooks themselves', async () => {
    const files = { ...project(), 'mysite/data/playbook.yml': PLAYBOOK, 'deploy/roles/app/molecule/default/playbook.yml': PLAYBOOK };
    expect((await build(files)).playbooks).toBe(null);
  });

  it('survives damaged texts', async () => {
    const files = {
      ...FILES,
      'deploy/site.yml': '- hosts: web\n  roles: [app\n',
      'deploy/roles/app/tasks/config.yml': '- [\n- include_tasks: main.yml\n',
    };
    expect((await build(files)).playbooks?.files).toContain('deploy/site.yml');
  });
});
