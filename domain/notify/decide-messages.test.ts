import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FLAP_WINDOW } from '../findings/cause-life';
import { severityRank } from '../findings/harm';
import type { Severity } from '../protection/verdict';
import { DAY, HOUR, type Instant, MINUTE, SECOND } from '../time/instant';
import {
  decideMessages,
  GATHER,
  type NotifiableCause,
  STORM_CAUSES,
  STORM_WINDOW,
  type Subject,
  type Told,
} from './decide-messages';
import type { RuleTerms } from './notification-rule';
import { quietUntil } from './telling-times';

const NOW = Date.parse('2026-11-27T12:00:00Z');
const ALL: RuleTerms = {
  severities: ['critical', 'warning', 'note'],
  findingRules: null,
  clientIds: null,
  tells: ['opened', 'worse', 'resolved'],
  digestHour: null,
  quiet: null,
  escalateAfterMinutes: null,
};
const NIGHTS = {
  windows: [{ days: [1, 2, 3, 4, 5, 6, 7], fromMinute: 22 * 60, toMinute: 7 * 60 }],
  criticalPasses: true,
};

function cause(changed: Partial<NotifiableCause> = {}): NotifiableCause {
  return {
    causeId: 'a',
    clientId: 'eskerby',
    severity: 'warning',
    findingRules: ['run-failed'],
    episode: 0,
    isOpen: true,
    isWaived: false,
    isAcknowledged: false,
    snoozedUntil: null,
    hasOpened: true,
    hasWorsened: false,
    happenedAt: NOW - MINUTE,
    told: null,
    ...changed,
  };
}
const told = (changed: Partial<Told> = {}): Told => ({
  step: 'opened',
  severity: 'warning',
  episode: 0,
  at: NOW - HOUR,
  isEscalated: false,
  ...changed,
});
const decide = (terms: Partial<RuleTerms>, causes: readonly NotifiableCause[], now = NOW) =>
  decideMessages({ ...ALL, ...terms }, 'UTC', causes, [], now);
const stepsOf = (terms: Partial<RuleTerms>, changed: Partial<NotifiableCause>) =>
  decide(terms, [cause(changed)]).messages.flatMap(({ subjects }) => subjects.map(({ step }) => step));

describe('what of a cause is news', () => {
  test.each<[string, Partial<NotifiableCause>, string[]]>([
    ['it opened', {}, ['opened']],
    ['it was told', { told: told() }, []],
    ['it got worse', { severity: 'critical', told: told() }, ['worse']],
    ['that was told', { severity: 'critical', told: told({ step: 'worse', severity: 'critical' }) }, []],
    ['it got better', { severity: 'note', told: told() }, []],
    ['it ended', { isOpen: false, told: told() }, ['resolved']],
    ['its end was told', { isOpen: false, told: told({ step: 'resolved' }) }, []],
    ['it came back after its end was told', { episode: 1, told: told({ step: 'resolved' }) }, ['opened']],
    ['it came back before its end was told', { episode: 1, told: told() }, []],
    ['it ended before it was told', { isOpen: false }, ['over']],
    ['that was told too', { isOpen: false, told: told({ step: 'over' }) }, []],
    ['it came and went again since', { isOpen: false, episode: 1, told: told({ step: 'over' }) }, ['over']],
    ['it opened before the rule', { hasOpened: false }, []],
    ['it opened before the rule and got worse since', { hasOpened: false, hasWorsened: true }, ['worse']],
    ['all of it is waived', { isWaived: true }, []],
    ['it sleeps', { snoozedUntil: NOW + HOUR }, []],
    ['it slept', { snoozedUntil: NOW }, ['opened']],
    ['it ended in its sleep', { snoozedUntil: NOW + HOUR, isOpen: false, told: told() }, ['resolved']],
  ])('%s', (_, changed, steps) => {
    expect(stepsOf({}, changed)).toEqual(steps);
  });

  test('only what the rule asks for', () => {
    expect(stepsOf({ severities: ['critical'] }, {})).toEqual([]);
    expect(stepsOf({ severities: ['critical'], tells: ['opened'] }, { severity: 'critical' })).toEqual([
      'opened',
    ]);
    expect(stepsOf({ clientIds: ['another'] }, {})).toEqual([]);
    expect(stepsOf({ findingRules: ['rpo-exceeded'] }, {})).toEqual([]);
    expect(stepsOf({ findingRules: ['rpo-exceeded', 'run-failed'] }, {})).toEqual(['opened']);
    expect(stepsOf({ tells: ['opened'] }, { isOpen: false, told: told() })).toEqual([]);
    expect(stepsOf({ tells: ['opened'] }, { severity: 'critical', told: told() })).toEqual([]);
    expect(stepsOf({ tells: ['resolved'] }, {})).toEqual([]);
    expect(stepsOf({ tells: ['resolved'] }, { isOpen: false })).toEqual(['resolved']);
  });

  test('its end is told though its severity, as it was last, is not asked for', () => {
    const terms = { severities: ['critical'] as Severity[] };
    expect(stepsOf(terms, { isOpen: false, told: told({ severity: 'critical' }) })).toEqual(['resolved']);
  });
});

describe('when it is told', () => {
  test('after half a minute of gathering', () => {
    const one = cause({ happenedAt: NOW });
    expect(decide({}, [one], NOW + GATHER - 1)).toEqual({ messages: [], lookAt: NOW + GATHER });
    expect(decide({}, [one], NOW + GATHER).messages).toHaveLength(1);
  });

  test('at the hour of the digest, all in one', () => {
    const two = [cause({ happenedAt: NOW }), cause({ causeId: 'b', happenedAt: NOW + HOUR })];
    const at = Date.parse('2026-11-28T07:00:00Z');
    expect(decide({ digestHour: 7 }, two, at - 1)).toEqual({ messages: [], lookAt: at });
    expect(decide({ digestHour: 7 }, two, at).messages).toMatchObject([{ subjects: [{}, {}] }]);
  });

  test('after quiet hours, unless it is critical and may pass; good news never wakes anybody', () => {
    const night = Date.parse('2026-11-27T23:00:00Z');
    const morning = Date.parse('2026-11-28T07:00:00Z');
    const quiet = { quiet: NIGHTS };
    const happened = { happenedAt: night - MINUTE };
    expect(decide(quiet, [cause(happened)], night)).toEqual({ messages: [], lookAt: morning });
    expect(decide(quiet, [cause(happened)], morning).messages).toHaveLength(1);
    const critical = { ...happened, severity: 'critical' } as const;
    expect(decide(quiet, [cause(critical)], night).messages).toHaveLength(1);
    expect(
      decide({ quiet: { ...NIGHTS, criticalPasses: false } }, [cause(critical)], night).messages,
    ).toEqual([]);
    const ended = cause({ ...critical, isOpen: false, told: told({ severity: 'critical' }) });
    expect(decide(quiet, [ended], night)).toEqual({ messages: [], lookAt: morning });
  });

  test('to another channel when nobody acknowledged it in time, once, and that one hears how it ended', () => {
    const terms = { escalateAfterMinutes: 30 };
    const waiting = (changed: Partial<NotifiableCause> = {}) =>
      cause({ told: told({ at: NOW - 30 * MINUTE }), ...changed });
    expect(decide(terms, [waiting()], NOW - 1)).toEqual({ messages: [], lookAt: NOW });
    expect(decide(terms, [waiting()]).messages).toEqual([
      { to: 'escalation', subjects: [{ causeId: 'a', step: 'escalated' }] },
    ]);
    expect(decide(terms, [waiting({ isAcknowledged: true })]).messages).toEqual([]);
    const escalated = told({ isEscalated: true });
    expect(decide(terms, [waiting({ told: escalated })]).messages).toEqual([]);
    expect(decide(terms, [waiting({ told: escalated, isOpen: false })]).messages).toEqual([
      { to: 'both', subjects: [{ causeId: 'a', step: 'resolved' }] },
    ]);
    expect(decide(terms, [cause()]).lookAt).toBe(NOW + 30 * MINUTE);
  });
});

const many = (count: number) =>
  Array.from({ length: count }, (_, index) => cause({ causeId: `c${index}`, clientId: `client ${index}` }));

describe('a storm', () => {
  test('five causes are five messages, six are one that lists them', () => {
    expect(decide({}, many(STORM_CAUSES)).messages).toHaveLength(STORM_CAUSES);
    const { messages } = decide({}, many(STORM_CAUSES + 1));
    expect(messages).toHaveLength(1);
    expect(messages[0]?.subjects).toHaveLength(STORM_CAUSES + 1);
  });

  test('what comes after five messages in ten minutes waits, and is one', () => {
    const sentAt = [9, 8, 7, 6, 5].map((minutes) => NOW - minutes * MINUTE);
    const waits = decideMessages(ALL, 'UTC', many(3), sentAt, NOW);
    expect(waits).toEqual({ messages: [], lookAt: NOW + MINUTE });
    const then = decideMessages(ALL, 'UTC', many(3), sentAt, NOW + MINUTE);
    expect(then.messages).toMatchObject([{ subjects: [{}, {}, {}] }]);
  });
});

/** What happens to causes in a made-up week, and a rule that is asked at the instants it names and at others. */
interface Life {
  readonly causeId: string;
  readonly severity: Severity;
  /** Opens, gets critical (null: never), closes (null: never), comes back (null: never). */
  readonly times: readonly [Instant, Instant | null, Instant | null, Instant | null];
}

const lives: fc.Arbitrary<Life[]> = fc
  .array(
    fc.record({
      severity: fc.constantFrom<Severity>('critical', 'warning', 'note'),
      opens: fc.integer({ min: 0, max: 3 * DAY }),
      worsens: fc.option(fc.integer({ min: 0, max: 6 * HOUR })),
      closes: fc.option(fc.integer({ min: 1, max: DAY })),
      returns: fc.option(fc.integer({ min: 1, max: FLAP_WINDOW - 1 })),
    }),
    { minLength: 1, maxLength: 25 },
  )
  .map((all) =>
    all.map(({ severity, opens, worsens, closes, returns }, index): Life => {
      const opensAt = NOW + opens;
      const closesAt = closes === null ? null : opensAt + closes;
      const worsensAt = worsens !== null && (closes === null || worsens < closes) ? opensAt + worsens : null;
      return {
        causeId: `c${index}`,
        severity,
        times: [opensAt, worsensAt, closesAt, closesAt && returns ? closesAt + returns : null],
      };
    }),
  );

type Kept = Subject & { episode: number; severity: Severity; at: Instant };

function seenAt(life: Life, kept: readonly Kept[], now: Instant): NotifiableCause[] {
  const [opensAt, worsensAt, closesAt, returnsAt] = life.times;
  const happened = life.times.filter((at): at is Instant => at !== null && at <= now);
  if (opensAt > now) return [];
  const own = kept.filter(({ causeId }) => causeId === life.causeId);
  const last = own.at(-1);
  const isBack = returnsAt !== null && returnsAt <= now;
  return [
    cause({
      causeId: life.causeId,
      severity: worsensAt !== null && worsensAt <= now ? 'critical' : life.severity,
      episode: isBack ? 1 : 0,
      isOpen: isBack || closesAt === null || closesAt > now,
      hasWorsened: worsensAt !== null && worsensAt <= now,
      happenedAt: happened.find((at) => last === undefined || at > last.at) ?? happened.at(-1) ?? opensAt,
      told: last ? { ...told(), ...last, step: last.step as Told['step'] } : null,
    }),
  ];
}

function simulate(
  terms: RuleTerms,
  all: readonly Life[],
  order: (causes: NotifiableCause[]) => NotifiableCause[],
) {
  const kept: Kept[] = [];
  const sentAt: Instant[] = [];
  const happenings = all.flatMap(({ times }) => times.filter((at): at is Instant => at !== null));
  const endAt = NOW + 8 * DAY;
  let now = NOW;
  for (let rounds = 0; now < endAt && rounds < 5000; rounds++) {
    const causes = order(all.flatMap((life) => seenAt(life, kept, now)));
    const { messages, lookAt } = decideMessages(terms, 'UTC', causes, sentAt, now);
    for (const { subjects } of messages) {
      sentAt.push(now);
      for (const subject of subjects) {
        const one = causes.find(({ causeId }) => causeId === subject.causeId);
        if (one) kept.push({ ...subject, episode: one.episode, severity: one.severity, at: now });
      }
    }
    // What it names is in the future, or it would be asked without end.
    expect(lookAt ?? Infinity).toBeGreaterThan(now);
    const next = Math.min(lookAt ?? endAt, ...happenings.filter((at) => at > now));
    now = Math.max(next, now + 1);
  }
  return { kept, sentAt };
}

describe('over a made-up week', () => {
  const rules = fc.constantFrom<RuleTerms>(
    ALL,
    { ...ALL, quiet: NIGHTS },
    { ...ALL, quiet: { ...NIGHTS, criticalPasses: false } },
    { ...ALL, digestHour: 8 },
    { ...ALL, tells: ['opened', 'resolved'] },
  );

  test('everything is told, nothing twice, no more than five messages in ten minutes, nothing in quiet hours', () => {
    fc.assert(
      fc.property(rules, lives, (terms, all) => {
        const { kept, sentAt } = simulate(terms, all, (causes) => causes);
        const keys = kept.map(({ causeId, episode, step, severity }) =>
          [causeId, episode, step, severityRank(severity)].join(' '),
        );
        expect(new Set(keys).size).toBe(keys.length);
        for (const life of all) {
          const own = kept.filter(({ causeId }) => causeId === life.causeId);
          expect(['opened', 'over']).toContain(own[0]?.step);
          const isOpenAtLast = life.times[2] === null || life.times[3] !== null;
          expect(isOpenAtLast ? ['opened', 'worse'] : ['over', 'resolved']).toContain(own.at(-1)?.step);
        }
        for (const at of sentAt)
          expect(sentAt.filter((one) => one > at - STORM_WINDOW && one <= at).length).toBeLessThanOrEqual(
            STORM_CAUSES,
          );
        const neverPasses = terms.quiet?.criticalPasses === false;
        const inQuiet = sentAt.filter((at) => quietUntil(NIGHTS.windows, 'UTC', at) !== null);
        expect(neverPasses ? inQuiet : []).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });

  test('the order in which causes are read does not matter', () => {
    fc.assert(
      fc.property(rules, lives, (terms, all) => {
        const forwards = simulate(terms, all, (causes) => causes);
        const backwards = simulate(terms, all, (causes) => causes.toReversed());
        expect(backwards).toEqual(forwards);
      }),
      { numRuns: 100 },
    );
  });

  test('asking again at once, with what was told remembered, tells nothing', () => {
    fc.assert(
      fc.property(lives, fc.integer({ min: 0, max: 4 * DAY }), (all, after) => {
        const now = NOW + after;
        const first = all.flatMap((life) => seenAt(life, [], now));
        const { messages } = decideMessages(ALL, 'UTC', first, [], now);
        const kept = messages.flatMap(({ subjects }) =>
          subjects.map((subject): Kept => {
            const one = first.find(({ causeId }) => causeId === subject.causeId) ?? cause();
            return { ...subject, episode: one.episode, severity: one.severity, at: now };
          }),
        );
        const gathered = new Set(kept.map(({ causeId }) => causeId));
        const second = all
          .flatMap((life) => seenAt(life, kept, now))
          .filter(({ causeId }) => gathered.has(causeId));
        expect(decideMessages(ALL, 'UTC', second, [], now + SECOND).messages).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });
});
