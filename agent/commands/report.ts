import path from 'node:path';
import { AgentError, exitCode } from '@/agent/agent-error';
import { loadConfig, type AgentConfig } from '@/agent/config/agent-config';
import type { DeliveryResult } from '@/agent/delivery/deliver';
import { collectRepositories, dueCheck } from '@/agent/report/collect-repositories';
import { configuredRepositories } from '@/agent/report/configured-repositories';
import { sendCollection, type SentReport } from '@/agent/report/send-collection';
import { requireEnrolment, type Enrolment } from '@/agent/state/enrolment';
import { learn, readMemory } from '@/agent/state/memory';
import { withProcessLock } from '@/agent/state/process-lock';
import { parseCommandLine, print, say, type Command, type CommandContext } from './command';
import { ensureEnrolment } from './enrol';

const HELP = `holdfast-agent report

Reads every repository of the configuration file, makes a report, keeps it in the spool and delivers what waits there.
Let a timer run it, such as every hour. Checks that are due are made.

It ends with 0 when the report was delivered, 75 when it waits in the spool, 77 when the server does not accept this machine.
`;

export const report: Command = { summary: 'report on what is configured', help: HELP, run: runReport };

async function runReport({ args, env, places }: CommandContext): Promise<number> {
  parseCommandLine('report', args, {});
  const config = loadConfig(places.configFile);
  if (config.repositories.length + config.borgmatic_configs.length === 0)
    throw new AgentError(
      exitCode.config,
      `No repository is configured in ${places.configFile}`,
      '`holdfast-agent config --example` prints a file to start from.',
    );
  const enrolment = (await ensureEnrolment(places, env)) ?? requireEnrolment(places.stateDir);
  const sent = await reportNow(config, enrolment, { env, places });
  const name = sent.sequence === null ? 'Report' : `Report ${sent.sequence}`;
  await print(`${name}: ${tellDelivery(sent.delivery)}`);
  return deliveryExitCode(sent.delivery);
}

/** One agent checks at a time: a check may take longer than the timer's interval. Others report without one. */
async function reportNow(
  config: AgentConfig,
  enrolment: Enrolment,
  context: Pick<CommandContext, 'env' | 'places'>,
): Promise<SentReport> {
  const lockFile = path.join(context.places.stateDir, 'check.lock');
  const done = await withProcessLock(lockFile, 0, () => collectAndSend(config, enrolment, context, dueCheck));
  return done?.value ?? collectAndSend(config, enrolment, context, () => null);
}

async function collectAndSend(
  config: AgentConfig,
  enrolment: Enrolment,
  { env, places }: Pick<CommandContext, 'env' | 'places'>,
  checkFor: typeof dueCheck,
): Promise<SentReport> {
  const memory = readMemory(places.stateDir);
  const now = new Date();
  const configured = await configuredRepositories(config, env);
  const collected = await collectRepositories({
    config,
    env,
    stateDir: places.stateDir,
    memory,
    repositories: configured.repositories,
    retention: configured.retention,
    checkFor: (settings, key) => checkFor(settings, key, memory, now),
  });
  const { collection, toolVersion } = collected;
  const found = { ...collection, problems: [...configured.problems, ...collection.problems] };
  const sent = await sendCollection(places, config, enrolment, found, toolVersion);
  await learn(places.stateDir, collected.learnt);
  return sent;
}

/** What came of a delivery, in a sentence. */
export function tellDelivery(result: DeliveryResult): string {
  if (result.isUnauthorised)
    say(
      'The server does not accept this machine. Ask for a new token and run `holdfast-agent enrol <url> <token> --again`; nothing in the spool is lost.',
    );
  const parts = [
    `${result.deliveredCount} delivered`,
    ...(result.quarantinedCount > 0 ? [`${result.quarantinedCount} of them put aside by the server`] : []),
    ...(result.setAsideCount > 0 ? [`${result.setAsideCount} refused and set aside`] : []),
    ...(result.leftCount > 0 ? [`${result.leftCount} wait in the spool`] : []),
    ...(result.stoppedBecause === null ? [] : [result.stoppedBecause]),
  ];
  return `${parts.join('; ')}.`;
}

export function deliveryExitCode(result: DeliveryResult): number {
  if (result.isUnauthorised) return exitCode.refused;
  return result.leftCount > 0 ? exitCode.kept : exitCode.ok;
}
