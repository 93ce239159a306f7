import type { Schedule } from './schedule';

/** Midnight of a Monday: where an interval begins to be counted that names no day. */
export const ANCHOR_DAY = '2024-01-01';

/** A schedule as `readSchedule` reads it. */
export function scheduleText(rule: Schedule): string {
  switch (rule.kind) {
    case 'cron':
      return rule.expression;
    case 'interval': {
      const [day = '', time = ''] = rule.anchor.split('T');
      const from = day === ANCHOR_DAY ? time : `${day} ${time}`;
      return `every ${amountText(rule.seconds)}${from === '00:00' ? '' : ` from ${from}`}`;
    }
  }
}

function amountText(seconds: number): string {
  if (seconds % 86_400 === 0) return `${seconds / 86_400} days`;
  return seconds % 3600 === 0 ? `${seconds / 3600} h` : `${seconds / 60} min`;
}
