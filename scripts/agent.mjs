// `npm run agent -- …`: the agent of this checkout, bundled again when its sources changed.
import { spawn } from 'node:child_process';
import { AGENT_FILE, bundleAgent } from './bundle.mjs';
import { explain } from './failure.mjs';
import { installPackages, requireNode } from './install.mjs';

try {
  requireNode();
  await installPackages();
  await bundleAgent();
  runAgent();
} catch (error) {
  console.error(explain(error));
  process.exitCode = 1;
}

/** In the folder the user is in (npm changes it to the project's), with our input and output, ending as it ends. */
function runAgent() {
  const cwd = process.env.INIT_CWD ?? process.cwd();
  const child = spawn(process.execPath, [AGENT_FILE, ...process.argv.slice(2)], { cwd, stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.once('exit', (code, signal) => {
    process.exitCode = code ?? (signal === 'SIGINT' ? 130 : 143);
  });
}
