import { dayAfter, DAY, HOUR, localInstant, MINUTE } from './week-clock';

/**
 * The scripted week of a simulated fleet: who is there, what each machine really does every night, and what people and we
 * ourselves do meanwhile. It says nothing of findings; `week-oracle.ts` does.
 */
export interface WeekClient {
  readonly name: string;
  /** How the names of its machines begin. */
  readonly prefix: string;
  readonly timeZone: string;
}

export const LONDON: WeekClient = { name: 'Larkham Legal', prefix: 'ln', timeZone: 'Europe/London' };
export const BERLIN: WeekClient = { name: 'Brandt Bau', prefix: 'be', timeZone: 'Europe/Berlin' };
export const NEW_YORK: WeekClient = { name: 'Nolan Notes', prefix: 'ny', timeZone: 'America/New_York' };
export const KATHMANDU: WeekClient = { name: 'Khadka Care', prefix: 'ka', timeZone: 'Asia/Kathmandu' };
export const SYDNEY: WeekClient = { name: 'Sandringham Surf', prefix: 'sy', timeZone: 'Australia/Sydney' };
export const CLIENTS = [LONDON, BERLIN, NEW_YORK, KATHMANDU, SYDNEY] as const;

/** In the small hours of Sunday, 25 October 2026, the clocks of London and Berlin go back; New York's do a week later. */
export const FIRST_NIGHT = '2026-10-22';
export const NIGHTS = 7;
/** By then every machine has told of the ten nights before. */
export const BEGIN = Date.parse('2026-10-22T08:00Z');
/** When New York's last night has been told, too. */
export const END = Date.parse('2026-10-29T04:00Z');
/** How often the worker looks; the oracle rounds up to it. */
export const TICK = 5 * MINUTE;

export const NIGHTS_BEFORE = 10;
/** Tools keep so many daily points, unless the script says otherwise. */
export const KEPT_DAILY = 10;

/** The whole of Holdfast is away: nobody is heard, nothing is judged. */
export const OWN_OUTAGE = {
  from: Date.parse('2026-10-24T18:55Z'),
  until: Date.parse('2026-10-24T23:30Z'),
};

export const PROMISED = {
  rpo: 30 * HOUR,
  silence: 26 * HOUR,
  lateness: HOUR,
  offlineTolerance: 4 * DAY,
  verificationCadence: 7 * DAY,
};

/** The policy of Kathmandu's client asks for four copies for a day. */
export const POLICY_CHANGE = {
  from: Date.parse('2026-10-26T12:00Z'),
  until: Date.parse('2026-10-27T12:00Z'),
};

export const COPIES = ['nas', 'cloud'] as const;
export type CopyName = (typeof COPIES)[number];

export interface Machine {
  readonly client: WeekClient;
  readonly hostname: string;
  /** Minutes after the due time at which its first run begins. */
  readonly offset: number;
  readonly schedule: 'evening' | 'small-hours';
  readonly travels: boolean;
  /** Whether its policy asks for verified copies. */
  readonly isProven: boolean;
}

/** When the copies of the machine that has to prove them are checked: before the week, and in the night after they were lost. */
export const FIRST_CHECK = Date.parse('2026-10-21T12:00Z');
export const SECOND_CHECK_NIGHT = 3;

/** Two travel, two run in the hour that comes twice, one has to be verified: the others are alike. */
export function machinesOf(perClient: number): Machine[] {
  return CLIENTS.flatMap((client) =>
    Array.from({ length: perClient }, (_, index) => {
      const hostname = nameOf(client, index + 1);
      return {
        client,
        hostname,
        offset: index % 20,
        schedule: isOneOf(hostname, 'ln-03', 'ln-04') ? ('small-hours' as const) : ('evening' as const),
        travels: isOneOf(hostname, 'ln-01', 'ln-02'),
        isProven: hostname === 'sy-01',
      };
    }),
  );
}

function nameOf(client: WeekClient, number: number): string {
  return `${client.prefix}-${String(number).padStart(2, '0')}`;
}

function isOneOf(hostname: string, ...names: readonly string[]): boolean {
  return names.includes(hostname);
}

export type Outcome = 'success' | 'failed' | 'not-run' | 'nas-dead';

/** What a machine does in one night. */
export interface Night {
  /** 0: the first of the week; those before are negative. */
  readonly index: number;
  readonly dueAt: number;
  /** When each run begins. */
  readonly startedAt: Readonly<Record<CopyName, number>>;
  readonly outcome: Readonly<Record<CopyName, Outcome>>;
  /** When Holdfast receives the report; null: the machine is away or dead and sends none. */
  readonly toldAt: number | null;
  /** Most of what it holds has changed. */
  readonly isSpike: boolean;
  /** How many daily points the tool keeps from this night on. */
  readonly keptDaily: number;
}

const GOOD = { nas: 'success', cloud: 'success' } as const;

/** The nights of a machine, oldest first. */
export function nightsOf(machine: Machine): Night[] {
  return Array.from({ length: NIGHTS_BEFORE + NIGHTS }, (_, at) => nightOf(machine, at - NIGHTS_BEFORE));
}

function nightOf(machine: Machine, index: number): Night {
  const { hostname, schedule, client, offset } = machine;
  const date = dayAfter(FIRST_NIGHT, index);
  // Who runs in the small hours does so after midnight.
  const due =
    schedule === 'evening'
      ? localInstant(client.timeZone, date, '21:00')
      : localInstant(client.timeZone, dayAfter(date, 1), '01:30');
  const nas = returnOf(hostname, index) ?? due + offset * MINUTE;
  const toldAt = isHeard(hostname, index) ? tellingAt(nas + 12 * MINUTE, offset) : null;
  return {
    index,
    dueAt: due,
    startedAt: { nas, cloud: nas + 5 * MINUTE },
    outcome: outcomeOf(machine, index, nas),
    toldAt: index < 0 ? BEGIN : toldAt,
    isSpike: hostname === 'ny-01' && index === 4,
    keptDaily: hostname === 'sy-01' && (index === 1 || index === 2) ? 3 : KEPT_DAILY,
  };
}

/** What could not be told during our own outage is told in the minutes after it. */
function tellingAt(at: number, offset: number): number {
  const { from, until } = OWN_OUTAGE;
  return at >= from && at < until ? until + (1 + (offset % 8)) * MINUTE : at;
}

/** A laptop that comes home backs up at once, in the morning after the fourth night (Monday, 08:00 UTC). */
function returnOf(hostname: string, index: number): number | null {
  return hostname === 'ln-01' && index === 3 ? Date.parse('2026-10-26T08:00Z') : null;
}

function isHeard(hostname: string, index: number): boolean {
  if (hostname === 'ln-01') return index !== 1 && index !== 2;
  if (hostname === 'ln-02') return index < 1;
  if (hostname === 'sy-02') return index < 3;
  return true;
}

/** Berlin's NAS is dead from Monday noon to Wednesday noon, by its own clock. */
export const NAS_DEAD = {
  from: localInstant(BERLIN.timeZone, '2026-10-26', '12:00'),
  until: localInstant(BERLIN.timeZone, '2026-10-28', '12:00'),
};

const OUTCOMES: Readonly<Record<string, Readonly<Record<number, Partial<Record<CopyName, Outcome>>>>>> = {
  'ln-04': { 2: { nas: 'not-run', cloud: 'not-run' } },
  'ny-02': { 2: { cloud: 'not-run' } },
  'ny-03': { 1: { nas: 'failed' } },
  'ny-04': { 3: { nas: 'failed' }, 4: { nas: 'failed' }, 5: { nas: 'failed' } },
  'ny-05': { 1: { nas: 'failed' }, 3: { nas: 'failed' } },
  'ny-06': { 6: { nas: 'failed' } },
};

function outcomeOf({ hostname, client }: Machine, index: number, startedAt: number): Night['outcome'] {
  const isDead = client === BERLIN && startedAt >= NAS_DEAD.from && startedAt < NAS_DEAD.until;
  return { ...GOOD, ...(isDead && { nas: 'nas-dead' }), ...OUTCOMES[hostname]?.[index] };
}
