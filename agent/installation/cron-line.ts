import { minuteOf, type AgentSchedule } from '@/agent/installation/agent-schedule';

const MARK = '# holdfast-agent';

/**
 * The line of a crontab, which ends in a mark by which it is found again.
 * @param user named in files of /etc/cron.d only; null in a crontab of a user's own
 */
export function cronLine({ command, env, everyMinutes }: AgentSchedule, user: string | null): string {
  const variables = Object.entries(env).map(([name, value]) => `${name}=${quoted(value)}`);
  const words = [...variables, ...command.map(quoted), '>/dev/null', '2>&1', MARK].join(' ');
  return [times(everyMinutes), ...(user === null ? [] : [user]), words].join(' ');
}

/** A crontab with our line in it once, where it was or at its end; null takes it out. */
export function withCronLine(crontab: string, line: string | null): string {
  const lines = crontab.split('\n').filter((one, index, all) => one !== '' || index < all.length - 1);
  const others = lines.filter((one) => !one.endsWith(MARK));
  const wanted = line === null ? others : [...others, line];
  return wanted.map((one) => `${one}\n`).join('');
}

function times(everyMinutes: number): string {
  const minute = minuteOf();
  if (everyMinutes < 60) return `${minute % everyMinutes}-59/${everyMinutes} * * * *`;
  return everyMinutes === 60 ? `${minute} * * * *` : `${minute} */${everyMinutes / 60} * * *`;
}

/** For sh; cron itself reads a bare % as the end of the line. */
function quoted(word: string): string {
  const plain = /^[A-Za-z0-9_./:=-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
  return plain.replaceAll('%', String.raw`\%`);
}
