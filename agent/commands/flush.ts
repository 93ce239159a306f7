import { exitCode } from '@/agent/agent-error';
import { loadConfig } from '@/agent/config/agent-config';
import { deliver } from '@/agent/delivery/deliver';
import { openSpool, requeueRefused } from '@/agent/delivery/spool';
import { requireEnrolment } from '@/agent/state/enrolment';
import { parseCommandLine, print, type Command, type CommandContext } from './command';
import { ensureEnrolment } from './enrol';
import { deliveryExitCode, tellDelivery } from './report';

const HELP = `holdfast-agent flush [--now] [--all]

Delivers the reports that wait in the spool, the oldest first.

  --now  do not wait for the time that was set after the last failure
  --all  also those that the server refused before and that were set aside (implies --now)

It ends with 0 when the spool is empty, 75 when reports still wait, 77 when the server does not accept this machine.
`;

export const flush: Command = { summary: 'deliver what waits in the spool', help: HELP, run: runFlush };

async function runFlush({ args, env, places }: CommandContext): Promise<number> {
  const { values } = parseCommandLine('flush', args, {
    now: { type: 'boolean', default: false },
    all: { type: 'boolean', default: false },
  });
  const config = loadConfig(places.configFile);
  const enrolment = (await ensureEnrolment(places, env)) ?? requireEnrolment(places.stateDir);
  const spool = openSpool(places.stateDir, places.spoolDir, config.spool);
  if (values.all) requeueRefused(spool);
  const result = await deliver({
    enrolment,
    spool,
    isImpatient: values.now || values.all,
    timeLimitSeconds: 30,
  });
  await print(tellDelivery(result));
  return result.leftCount === 0 && result.stoppedBecause === null ? exitCode.ok : deliveryExitCode(result);
}
