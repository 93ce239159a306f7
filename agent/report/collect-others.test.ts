import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { agentReport } from '@/contract/report';
import { installAgent, type AgentProgram } from '@/agent/testing/agent-program';
import { enrolLikeTheServer, TOKEN } from '@/agent/testing/enrolling-ingest';
import { startFakeIngest, type FakeIngest } from '@/agent/testing/fake-ingest';
import { readSample } from '@/agent/testing/tool-sample';

let agent: AgentProgram;
let ingest: FakeIngest;

beforeEach(async () => {
  agent = await installAgent();
  ingest = await startFakeIngest();
  ingest.otherwise = enrolLikeTheServer(ingest);
});
afterEach(async () => {
  await ingest.close();
  agent.remove();
});

const writeConfig = (content: object): void =>
  fs.writeFileSync(path.join(agent.folder, 'agent.jsonc'), JSON.stringify(content));

/** A program that prints a text, whatever it is asked. */
function printing(name: string, text: string): string {
  const file = path.join(agent.folder, name);
  fs.writeFileSync(`${file}.out`, text);
  fs.writeFileSync(file, `#!/bin/sh\ncat '${file}.out'\n`, { mode: 0o755 });
  return file;
}

const SAID = {
  schema_version: '1.0',
  repositories: [{ repository_key: 'tape', location: 'tapes in the safe', reachable: true }],
  recovery_points: [
    { point_key: 'A1', repository_key: 'tape', taken_at: '2026-11-01T00:00:00Z', state: 'complete' },
  ],
};

test('a report tells what all of them say; one that fails later is told by the keys it had', async () => {
  const enrolled = { HOLDFAST_URL: ingest.url, HOLDFAST_TOKEN: TOKEN };
  const program = printing('robot', JSON.stringify(SAID));
  const powershell = printing('powershell', readSample('windows-server-backup', 'ok').outcome.stdout);
  writeConfig({
    exec_collectors: [{ name: 'robot', program }],
    windows_server_backup: { powershell },
    bacula_catalogs: [{ name: 'main', sqlite: path.join(agent.folder, 'not-there.db') }],
  });
  expect(await agent.run(['report'], enrolled)).toMatchObject({ exitCode: 0, stderr: '' });
  printing('robot', 'Backup OK');
  expect(await agent.run(['report'], enrolled)).toMatchObject({ exitCode: 0 });
  const [first, second] = ingest.received.map(({ report }) => report);
  expect(first?.source.adapter).toBe('bacula+exec+windows-server-backup');
  expect(first?.recovery_points).toHaveLength(4);
  const key = `exec:${os.hostname()}:robot:tape`;
  expect(first?.repositories.find((one) => one.repository_key === key)).toMatchObject({ reachable: true });
  expect(second?.repositories.find((one) => one.repository_key === key)).toMatchObject({
    location: 'tapes in the safe',
    reachable: false,
    problem: { code: 'unreadable' },
  });
  expect(second?.recovery_points, 'of the robot, none').toHaveLength(3);
  expect(second?.problems).toMatchObject([{ code: 'exec_collector_failed' }]);
});

/** What is said of a stanza of which pgBackRest prints a sample. */
const collectStanza = async (sample: string, stanza: string) => {
  const { stdout: text } = readSample('pgbackrest-2.45', sample).outcome;
  const pgbackrest = printing('pgbackrest', text);
  const user = os.userInfo().username;
  const queries = [{ name: 'alive', sql: 'select 1' }];
  writeConfig({ restore_tests: { postgres: [{ stanza, pgbackrest, user, queries }] } });
  const { stdout } = await agent.run(['collect', '--tool', 'pgbackrest', '--repo', stanza, '--json']);
  return agentReport.parse(JSON.parse(stdout));
};

test('`collect --tool pgbackrest` lists a stanza, and takes what cannot be read for no empty listing', async () => {
  expect(await collectStanza('info-json', 'main')).toMatchObject({
    source: { adapter: 'pgbackrest' },
    scope: { complete_for: ['recovery_points:pgbackrest:7711245175038803027:main'] },
    recovery_points: [{ level: 'full' }, { level: 'differential' }, { level: 'incremental' }],
  });
  expect(await collectStanza('wrong-cipher', 'main')).toMatchObject({
    scope: { complete_for: [] },
    recovery_points: [],
    repositories: [{ reachable: false }],
  });
});

test('`collect` says which tools there are, and refuses others and what it was not told', async () => {
  const { stdout } = await agent.run(['collect', '--help']);
  for (const tool of ['pgbackrest', 'bacula', 'exec', 'windows-server-backup'])
    expect(stdout).toContain(`${tool}: `);
  for (const args of [
    ['--tool', 'bacula'],
    ['--tool', 'exec', '--repo', 'nobody'],
    ['--tool', 'pgbackrest'],
    ['--tool', 'pgbackrest', '--repo', '--x'],
    ['--tool', 'pgbackrest', '--repo', 'main', '--check', '10%'],
    ['--tool', 'windows-server-backup', '--check', 'all'],
    ['--tool', 'windows-server-backup', '--repo', 'E:'],
    ['--tool', 'veeam', '--repo', 'x'],
  ])
    expect(await agent.run(['collect', ...args]), args.join(' ')).toMatchObject({ exitCode: 64, stdout: '' });
});
