import { describe, expect, it } from 'vitest';
import { DAY } from '../time/instant';
import { reviewDays, type ReviewFacts, serviceReview } from './service-review';

const ZONE = 'Europe/Berlin';
const at = (text: string) => Date.parse(text);
const AFTER = at('2026-12-01T12:00:00Z');
const HOUR = 3_600_000;

const facts = (changed: Partial<ReviewFacts> = {}): ReviewFacts => ({
  clientId: 'a',
  clientName: 'Ashgrove',
  histories: [],
  causes: [],
  messages: 0,
  ...changed,
});
const cause = (
  openedAt: string,
  hours: { detect?: number; acknowledge?: number; correct?: number; flaps?: number },
) => {
  const { detect = 0, acknowledge, correct, flaps = 0 } = hours;
  return {
    since: at(openedAt) - detect * HOUR,
    openedAt: at(openedAt),
    acknowledgedAt: acknowledge === undefined ? null : at(openedAt) + acknowledge * HOUR,
    closedAt: correct === undefined ? null : at(openedAt) + correct * HOUR,
    flapCount: flaps,
  };
};

describe('the days of a review', () => {
  it('are those of the month in its zone, the long one in October among them, and none of the future', () => {
    const days = reviewDays('2026-10', ZONE, AFTER);
    expect(days).toHaveLength(31);
    expect((days[24]?.endsAt ?? 0) - (days[24]?.startsAt ?? 0)).toBe(25 * HOUR);
    expect(days[0]?.startsAt).toBe(at('2026-09-30T22:00:00Z'));
    expect(reviewDays('2026-10', ZONE, at('2026-10-03T05:00:00Z'))).toHaveLength(3);
    expect(reviewDays('2026-12', ZONE, at('2026-10-03T05:00:00Z'))).toEqual([]);
  });
});

describe('promises kept', () => {
  it('are the days on which a system was compliant all day; at risk and unknown are not', () => {
    const histories = [
      { systems: 2, changes: [{ at: at('2026-01-01T00:00:00Z'), status: 'compliant' as const }] },
      {
        systems: 1,
        changes: [
          { at: at('2026-01-01T00:00:00Z'), status: 'compliant' as const },
          { at: at('2026-11-10T12:00:00Z'), status: 'unknown' as const },
          { at: at('2026-11-11T12:00:00Z'), status: 'compliant' as const },
        ],
      },
    ];
    const { clients, all } = serviceReview('2026-11', [facts({ histories })], ZONE, AFTER);
    expect(clients[0]).toMatchObject({ keptDays: 88, knownDays: 90, keptShare: 88 / 90 });
    expect(all.keptShare).toBe(88 / 90);
  });

  it('are not made up where no day is known, and such a client comes last', () => {
    const bad = [
      { systems: 1, changes: [{ at: at('2026-01-01T00:00:00Z'), status: 'non-compliant' as const }] },
    ];
    const { clients } = serviceReview(
      '2026-11',
      [facts(), facts({ clientId: 'b', clientName: 'Birch', histories: bad })],
      ZONE,
      AFTER,
    );
    expect(clients.map(({ clientName, keptShare }) => [clientName, keptShare])).toEqual([
      ['Birch', 0],
      ['Ashgrove', null],
    ]);
  });

  it('count the days until now of a month that goes on', () => {
    const histories = [{ systems: 1, changes: [{ at: 0, status: 'compliant' as const }] }];
    const review = serviceReview('2026-11', [facts({ histories })], ZONE, at('2026-11-03T12:00:00Z'));
    expect([review.isRunning, review.all.knownDays]).toEqual([true, 3]);
  });
});

describe('how long it took', () => {
  it('is told by medians, of what happened in the month', () => {
    const causes = [
      cause('2026-11-02T08:00:00Z', { detect: 1, acknowledge: 1, correct: 2 }),
      cause('2026-11-03T08:00:00Z', { detect: 3, acknowledge: 3, correct: 8, flaps: 2 }),
      cause('2026-11-04T08:00:00Z', { detect: 100 }),
      // before the month, corrected in it
      cause('2026-10-20T08:00:00Z', { detect: 50, acknowledge: 1, correct: 24 * 20 }),
    ];
    const { all } = serviceReview('2026-11', [facts({ causes, messages: 7 })], ZONE, AFTER);
    expect(all).toMatchObject({
      opened: 3,
      cameBack: 1,
      corrected: 3,
      stillOpen: 1,
      messages: 7,
      detectSeconds: 3 * 3600,
      acknowledgeSeconds: 2 * 3600,
      correctSeconds: 8 * 3600,
    });
  });

  it('is unknown of nothing', () => {
    const { all } = serviceReview('2026-11', [facts()], ZONE, AFTER);
    expect(all).toMatchObject({
      opened: 0,
      detectSeconds: null,
      acknowledgeSeconds: null,
      correctSeconds: null,
    });
  });

  it('takes what was closed later as open then', () => {
    const causes = [cause('2026-11-29T08:00:00Z', { correct: (10 * DAY) / HOUR })];
    const later = at('2026-12-20T00:00:00Z');
    expect(serviceReview('2026-11', [facts({ causes })], ZONE, later).all).toMatchObject({
      stillOpen: 1,
      corrected: 0,
    });
  });
});
