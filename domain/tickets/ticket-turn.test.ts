import { describe, expect, test } from 'vitest';
import { type StandingTicket, ticketTurn, UPDATE_EVERY } from './ticket-turn';

const NOW = Date.parse('2026-11-29T08:00:00Z');
const FACTS = { severity: 'warning', systemIds: ['a', 'b'], findingCount: 3 } as const;
const CAUSE = { ...FACTS, isOpen: true } as const;
const FRESH: StandingTicket = { isWanted: true, stands: 'none', wasTried: false, told: null, toldAt: null };
const OPEN: StandingTicket = { ...FRESH, stands: 'open', wasTried: true, told: FACTS, toldAt: NOW };
const turn = (ticket: StandingTicket, cause: Partial<typeof CAUSE> | object = {}, now = NOW) => {
  const decided = ticketTurn(ticket, { ...CAUSE, ...cause }, now);
  return decided.is === 'do' ? decided.operation : decided.is;
};

describe('what a ticket needs', () => {
  test.each<[string, StandingTicket, object, string]>([
    ['a new one is opened', FRESH, {}, 'open'],
    ['not where its cause closed before', FRESH, { isOpen: false }, 'nothing'],
    ['nor where it was taken back before', { ...FRESH, isWanted: false }, {}, 'nothing'],
    ['one that may be there is looked for first', { ...FRESH, wasTried: true }, { isOpen: false }, 'find'],
    ['one that may be there is opened again while it is due', { ...FRESH, wasTried: true }, {}, 'open'],
    ['what is as it was told needs nothing', OPEN, {}, 'nothing'],
    ['the end of its cause closes it', OPEN, { isOpen: false }, 'close'],
    ['taking it back closes it', { ...OPEN, isWanted: false }, {}, 'close'],
    ['once closed it stays so', { ...OPEN, stands: 'closed' }, { isOpen: false }, 'nothing'],
    ['what comes back opens the same one again', { ...OPEN, stands: 'closed' }, {}, 'reopen'],
    ['a new severity is told at once', OPEN, { severity: 'critical' }, 'update'],
    ['a lesser one too', OPEN, { severity: 'note' }, 'update'],
    ['a ticket that was found and told nothing is told', { ...OPEN, told: null }, {}, 'update'],
  ])('%s', (_, ticket, cause, expected) => {
    expect(turn(ticket, cause)).toBe(expected);
  });

  test.each<[string, object]>([
    ['a system more', { systemIds: ['a', 'b', 'c'] }],
    ['one for another', { systemIds: ['a', 'c'] }],
    ['a finding less', { findingCount: 2 }],
  ])('%s waits until ten minutes after the last word', (_, cause) => {
    expect(ticketTurn(OPEN, { ...CAUSE, ...cause }, NOW + UPDATE_EVERY - 1)).toEqual({
      is: 'wait',
      until: NOW + UPDATE_EVERY,
    });
    expect(turn(OPEN, cause, NOW + UPDATE_EVERY)).toBe('update');
  });
});
