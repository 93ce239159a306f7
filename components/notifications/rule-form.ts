import { SEVERITIES } from '@/domain/findings/harm';
import { type QuietHours, TELLINGS } from '@/domain/notify/notification-rule';
import { minuteOf } from './notification-words';

const WEEKEND = { days: [6, 7], fromMinute: 0, toMinute: 0 };

/** What the dialog of a rule says, as the routes take it. */
export function ruleIn(form: FormData): unknown {
  const text = (name: string): string => {
    const value = form.get(name);
    return typeof value === 'string' ? value : '';
  };
  const escalates = text('escalates') === 'yes';
  return {
    name: text('name'),
    channelId: text('channelId'),
    escalationChannelId: escalates ? text('escalationChannelId') : null,
    terms: {
      severities: SEVERITIES.filter((one) => form.getAll('severity').includes(one)),
      findingRules: text('kinds') === 'some' ? form.getAll('findingRule') : null,
      clientIds: text('sees') === 'some' ? form.getAll('clientId') : null,
      tells: TELLINGS.filter((one) => form.getAll('tells').includes(one)),
      digestHour: text('when') === 'now' ? null : Number(text('when')),
      quiet: text('quiet') === 'yes' ? quietIn(form, text) : null,
      escalateAfterMinutes: escalates ? Number(text('escalateAfterMinutes')) : null,
    },
  };
}

function quietIn(form: FormData, text: (name: string) => string): unknown {
  const days = form.getAll('day').map(Number);
  const main = { days, fromMinute: minuteOf(text('quietFrom')), toMinute: minuteOf(text('quietTo')) };
  return {
    windows: form.get('weekend') === null ? [main] : [main, WEEKEND],
    criticalPasses: form.get('criticalPasses') !== null,
  };
}

/** Quiet hours as the dialog shows them: one window, and whether all weekend is quiet too. */
export function quietShown(quiet: QuietHours | null) {
  const [main] = quiet?.windows ?? [];
  const hasWeekend =
    quiet?.windows.slice(1).some(({ fromMinute, toMinute }) => fromMinute === toMinute) ?? false;
  return {
    days: main?.days ?? [1, 2, 3, 4, 5, 6, 7],
    fromMinute: main?.fromMinute ?? 22 * 60,
    toMinute: main?.toMinute ?? 7 * 60,
    hasWeekend,
    criticalPasses: quiet?.criticalPasses ?? true,
  };
}
