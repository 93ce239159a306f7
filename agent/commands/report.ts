import path from 'node:path';
import { AgentError, exitCode } from '@/agent/agent-error';
import { collectDumps } from '@/agent/collectors/dumps/collect-dumps';
import { loadConfig, type AgentConfig } from '@/agent/config/agent-config';
import type { DeliveryResult } from '@/agent/delivery/deliver';
import { collectRepositories, dueCheck } from '@/agent/report/collect-repositories';
import { mergeCollections } from '@/agent/report/collection';
import { collectOthers, hasOthers } from '@/agent/report/collect-others';
import { configuredRepositories } from '@/agent/report/configured-repositories';
import { sendCollection, type SentReport } from '@/agent/report/send-collection';
import { makeDueTests, type TestRound } from '@/agent/restore-test/make-due-tests';
import { collectStanzas } from '@/agent/restore-test/stanza-collection';
import { requireEnrolment, type Enrolment } from '@/agent/state/enrolment';
import { learn, readMemory } from '@/agent/state/memory';
import { withProcessLock } from '@/agent/state/process-lock';
import { parseCommandLine, print, say, type Command, type CommandContext } from './command';
import { ensureEnrolment } from './enrol';

const HELP = `holdfast-agent report

Reads every repository of the configuration file, makes a report, keeps it in the spool and delivers what waits there.
Let a timer run it, such as every hour. Checks that are due are made, and restore tests that are due or that Holdfast asked for.

It ends with 0 when the report was delivered, 75 when it waits in the spool, 77 when the server does not accept this machine.
`;

export const report: Command = { summary: 'report on what is configured', help: HELP, run: runReport };

async function runReport({ args, env, places }: CommandContext): Promise<number> {
  parseCommandLine('report', args, {});
  const config = loadConfig(places.configFile);
  if (
    config.repositories.length +
      config.borgmatic_configs.length +
      config.dump_folders.length +
      config.restore_tests.postgres.length ===
      0 &&
    !hasOthers(config)
  )
    throw new AgentError(
      exitCode.config,
      `No repository is configured in ${places.configFile}`,
      '`holdfast-agent config --example` prints a file to start from.',
    );
  const enrolment = (await ensureEnrolment(places, env)) ?? requireEnrolment(places.stateDir);
  const { sent, ...read } = await reportNow(config, enrolment, { env, places });
  const name = sent.sequence === null ? 'Report' : `Report ${sent.sequence}`;
  await print(`${name}: ${tellDelivery(sent.delivery)}`);
  // After the report: a test may take hours, and the server has to know the points that it speaks of.
  const tested = await makeDueTests({ config, enrolment, env, places, ...read });
  if (tested) await print(`Restore tests: ${tellDelivery(tested)}`);
  return deliveryExitCode(tested ?? sent.delivery);
}

/** A report, and what it was made of. */
interface ReportMade extends Pick<TestRound, 'repositories' | 'answers' | 'stanzas'> {
  sent: SentReport;
}

/** One agent checks at a time: a check may take longer than the timer's interval. Others report without one. */
async function reportNow(
  config: AgentConfig,
  enrolment: Enrolment,
  context: Pick<CommandContext, 'env' | 'places'>,
): Promise<ReportMade> {
  const lockFile = path.join(context.places.stateDir, 'check.lock');
  const done = await withProcessLock(lockFile, 0, () => collectAndSend(config, enrolment, context, dueCheck));
  return done?.value ?? collectAndSend(config, enrolment, context, () => null);
}

async function collectAndSend(
  config: AgentConfig,
  enrolment: Enrolment,
  { env, places }: Pick<CommandContext, 'env' | 'places'>,
  checkFor: typeof dueCheck,
): Promise<ReportMade> {
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
  const stanzas = await collectStanzas(config, env, memory, (stanza, key) =>
    checkFor(stanza, key, memory, now),
  );
  const dumps = await collectDumps({ folders: config.dump_folders, env, memory, now });
  const others = await collectOthers({ config, env, memory, now });
  const collection = mergeCollections([
    collected.collection,
    stanzas.collection,
    dumps.collection,
    others.collection,
  ]);
  const { toolVersion } = collected;
  const found = { ...collection, problems: [...configured.problems, ...collection.problems] };
  const sent = await sendCollection(places, config, enrolment, found, toolVersion);
  await learn(places.stateDir, collected.learnt, stanzas.learnt, dumps.learnt, others.learnt);
  return {
    sent,
    repositories: configured.repositories,
    answers: collected.answers,
    stanzas: stanzas.answers,
  };
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
