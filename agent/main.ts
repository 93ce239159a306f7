import { AgentError, exitCode } from '@/agent/agent-error';
import { AGENT_VERSION } from '@/agent/agent-version';
import { collect } from '@/agent/commands/collect';
import { say, type Command } from '@/agent/commands/command';
import { config } from '@/agent/commands/config';
import { discover } from '@/agent/commands/discover';
import { enrol } from '@/agent/commands/enrol';
import { flush } from '@/agent/commands/flush';
import { install, uninstall } from '@/agent/commands/install';
import { report } from '@/agent/commands/report';
import { restoreTest } from '@/agent/commands/restore-test';
import { run } from '@/agent/commands/run';
import { status } from '@/agent/commands/status';
import { throttle } from '@/agent/commands/throttle';
import { findPlaces, type Environment } from '@/agent/places';
import { hideCredentials } from '@/agent/redact';
import { stopPrograms } from '@/agent/tools/run-program';

const COMMANDS: Readonly<Record<string, Command>> = {
  enrol,
  discover,
  collect,
  run,
  report,
  'restore-test': restoreTest,
  flush,
  status,
  config,
  install,
  uninstall,
  throttle,
};

const HELP = `holdfast-agent <command>

${Object.entries(COMMANDS)
  .map(([name, { summary }]) => `  ${name.padEnd(12)} ${summary}`)
  .join('\n')}

\`holdfast-agent <command> --help\` explains one.

Settings from the environment: HOLDFAST_CONFIG, HOLDFAST_STATE_DIR, HOLDFAST_SPOOL_DIR, and for an unattended enrolment
HOLDFAST_URL and HOLDFAST_TOKEN.

Exit codes: 0 well; 64 wrong arguments; 69 server unreachable; 75 reports wait in the spool; 77 not enrolled or not
accepted; 78 wrong configuration; 1 anything else. \`run\` ends with the code of the command that it ran.
`;

outliveReaders();
process.exitCode = await main(process.argv.slice(2), process.env);

/** Whoever read our output may have gone: that ends no backup. A command that prints a result still hears of it. */
function outliveReaders(): void {
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});
}

async function main([name, ...args]: readonly string[], env: Environment): Promise<number> {
  if (name === undefined || name === 'help' || name === '--help' || name === '-h') return show(HELP);
  if (name === '--version') return show(`${AGENT_VERSION}\n`);
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (!command)
    return explain(
      new AgentError(exitCode.usage, `There is no command "${name}"`, '`holdfast-agent --help` lists them.'),
    );
  const separator = args.indexOf('--');
  const own = separator < 0 ? args : args.slice(0, separator);
  if (own.includes('--help') || own.includes('-h')) return show(command.help);
  if (name !== 'run') stopWithSignals();
  try {
    return await command.run({ args, env, places: findPlaces(env) });
  } catch (error) {
    return explain(error);
  }
}

function show(text: string): number {
  process.stdout.write(text);
  return exitCode.ok;
}

/** Tools run in groups of their own and would outlive the agent. */
function stopWithSignals(): void {
  for (const [signal, number] of [
    ['SIGINT', 2],
    ['SIGTERM', 15],
    ['SIGHUP', 1],
  ] as const)
    process.once(signal, () => {
      stopPrograms();
      process.exit(128 + number);
    });
}

function explain(error: unknown): number {
  if (error instanceof AgentError) {
    say(`holdfast-agent: ${hideCredentials(error.message)}\n  ${error.cure}`);
    return error.exitCode;
  }
  say(`holdfast-agent: ${hideCredentials(textOf(error))}`);
  return exitCode.failure;
}

/** A full disk or a missing right is no bug of ours: its message is enough. */
function textOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return 'syscall' in error ? error.message : (error.stack ?? error.message);
}
