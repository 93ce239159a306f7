// `npm run -s demo:access`: what a script needs to use the running demo, as JSON. Every call makes a new enrolment token.
import path from 'node:path';
import { bundleFile } from './bundle.mjs';
import { explain, Failure } from './failure.mjs';
import { readIfThere, ROOT } from './project.mjs';
import { isRunning, runProgram } from './run-program.mjs';
import { DATA_DIR, DEMO_USERS_FILE } from './settings.mjs';

try {
  console.log(JSON.stringify(await readAccess(), null, 2));
} catch (error) {
  console.error(explain(error));
  process.exitCode = 1;
}

async function readAccess() {
  const runtime = JSON.parse(readIfThere(path.join(DATA_DIR, 'runtime.json')) ?? 'null');
  if (!runtime || !isRunning(runtime.pid, 'start.mjs'))
    throw new Failure(`No system runs on the data folder ${DATA_DIR}.`, 'Start it with `npm start`.');
  const users = JSON.parse(readIfThere(DEMO_USERS_FILE) ?? '[]');
  const { webUrl, ingestUrl } = runtime;
  return {
    webUrl,
    ingestUrl,
    users,
    enrolmentToken: await mintToken(runtime.environment),
    ...readPings(ingestUrl),
  };
}

/** Of a check that nothing else tells of; of a folder that was filled before there were pings, nothing. */
function readPings(ingestUrl) {
  const { pings } = JSON.parse(readIfThere(path.join(DATA_DIR, 'demo-agents.json')) ?? '{}');
  const { pingKey, pingUuid, managementKey } = pings ?? {};
  return pings
    ? {
        pingBase: `${ingestUrl}/ping`,
        pingKey,
        pingUuid,
        managementApi: `${ingestUrl}/api/v3`,
        managementKey,
      }
    : {};
}

async function mintToken(environment) {
  const args = ['--enable-source-maps', bundleFile('mint-token')];
  const env = { ...process.env, ...environment, LOG_LEVEL: 'silent' };
  const { code, output } = await runProgram(process.execPath, args, { cwd: ROOT, env });
  if (code !== 0)
    throw new Failure(`No enrolment token could be made:\n${output.trim()}`, 'Is the database running?');
  return output.trim();
}
