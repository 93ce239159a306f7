import { exitCode } from '@/agent/agent-error';
import { AGENT_VERSION } from '@/agent/agent-version';
import { readResticLocation } from '@/agent/collectors/restic/restic-location';
import { loadConfig } from '@/agent/config/agent-config';
import { readDeliveryState } from '@/agent/delivery/delivery-state';
import { listRefused, listSpool, openSpool } from '@/agent/delivery/spool';
import { readEnrolment } from '@/agent/state/enrolment';
import { parseCommandLine, print, type Command, type CommandContext } from './command';

const HELP = `holdfast-agent status [--json]

Shows where this machine is enrolled, when it last delivered, what waits, and when the next try is due.
It ends with 0 when all is well, 75 when reports wait, 77 when the machine is not enrolled.
`;

export const status: Command = {
  summary: 'show enrolment, spool and deliveries',
  help: HELP,
  run: runStatus,
};

async function runStatus({ args, places }: CommandContext): Promise<number> {
  const { values } = parseCommandLine('status', args, { json: { type: 'boolean', default: false } });
  const config = loadConfig(places.configFile);
  const enrolment = readEnrolment(places.stateDir);
  const spool = openSpool(places.stateDir, places.spoolDir, config.spool);
  const delivery = readDeliveryState(places.stateDir);
  const waiting = await listSpool(spool);
  const refused = listRefused(spool);
  const found = {
    version: AGENT_VERSION,
    enrolled: enrolment && {
      url: enrolment.url,
      agent_id: enrolment.agent_id,
      agent_name: enrolment.agent_name,
      msp_name: enrolment.msp_name,
      client_name: enrolment.client_name,
    },
    config_file: places.configFile,
    spool_dir: places.spoolDir,
    repositories: config.repositories.map(
      (one) => one.name ?? readResticLocation(one.repo, new Date()).location,
    ),
    last_delivered_at: delivery.last_delivered_at,
    next_try_at: delivery.next_try_at,
    last_problem: delivery.last_problem,
    waiting: waiting.length,
    refused: refused.map(({ file, reason }) => ({ file, reason })),
  };
  await print(values.json ? JSON.stringify(found) : tell(found));
  if (!enrolment) return exitCode.refused;
  return waiting.length > 0 ? exitCode.kept : exitCode.ok;
}

interface Found {
  version: string;
  enrolled: { url: string; agent_name: string; msp_name: string; client_name: string | null } | null;
  config_file: string;
  spool_dir: string;
  repositories: string[];
  last_delivered_at: string | null;
  next_try_at: string | null;
  last_problem: string | null;
  waiting: number;
  refused: Array<{ file: string; reason: string }>;
}

function tell(found: Found): string {
  const { enrolled } = found;
  return [
    `Holdfast agent ${found.version}`,
    enrolled
      ? `Enrolled at ${enrolled.url} as "${enrolled.agent_name}" for ${enrolled.client_name ?? enrolled.msp_name}`
      : 'Not enrolled: run `holdfast-agent enrol <url> <token>`',
    `Configuration ${found.config_file}: ${found.repositories.join(', ') || 'no repositories'}`,
    `Last delivered: ${found.last_delivered_at ?? 'never'}`,
    `Waiting in ${found.spool_dir}: ${found.waiting}${found.next_try_at ? `, next try ${found.next_try_at}` : ''}`,
    ...(found.last_problem ? [`Last problem: ${found.last_problem}`] : []),
    ...found.refused.map(({ file, reason }) => `Refused by the server, kept in refused/: ${file}: ${reason}`),
  ].join('\n');
}
