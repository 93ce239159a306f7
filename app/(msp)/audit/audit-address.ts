import { z } from 'zod';
import { DAY } from '@/domain/time/instant';
import { instantAt } from '@/domain/time/zoned-day';
import { AUDIT_SUBJECTS, type AuditFilter, type AuditSubject } from '@/server/data/audit-log';
import { first, type GivenParameters } from '../list-address';

/** Which events an address asks for. Days are days of the MSP's time zone, both included. */
export interface AuditView {
  readonly search: string;
  readonly subject: AuditSubject | null;
  readonly clientId: string | null;
  readonly actorId: string | null;
  /** YYYY-MM-DD. */
  readonly fromDay: string | null;
  readonly toDay: string | null;
  /** The number of the event that the page goes on from; null: from the newest. */
  readonly before: number | null;
  /** Whether the whole chain is to be checked, too. */
  readonly isChecked: boolean;
}

const SUBJECTS = Object.keys(AUDIT_SUBJECTS) as AuditSubject[];
const day = first.pipe(z.iso.date()).nullable().catch(null);
const parameters = z.object({
  q: first.pipe(z.string().trim().max(200)).catch(''),
  about: first.pipe(z.enum(SUBJECTS)).nullable().catch(null),
  client: first.pipe(z.uuid()).nullable().catch(null),
  who: first.pipe(z.uuid()).nullable().catch(null),
  from: day,
  to: day,
  before: first
    .pipe(z.string().regex(/^[1-9]\d{0,14}$/))
    .transform(Number)
    .nullable()
    .catch(null),
  check: first.pipe(z.literal('whole')).nullable().catch(null),
});

/** Reads the parameters of the log's address; what is not understood is left at its preset. */
export function readAuditAddress(given: GivenParameters): AuditView {
  const { q, about, client, who, from, to, before, check } = parameters.parse(given);
  return {
    search: q,
    subject: about,
    clientId: client,
    actorId: who,
    fromDay: from,
    toDay: to,
    before,
    isChecked: check !== null,
  };
}

/** The parameters of a view; presets are left out. */
export function auditQuery(view: AuditView, changed: Partial<AuditView> = {}): string {
  const { search, subject, clientId, actorId, fromDay, toDay, before, isChecked } = { ...view, ...changed };
  const entries = {
    q: search,
    about: subject,
    client: clientId,
    who: actorId,
    from: fromDay,
    to: toDay,
    before: before === null ? null : String(before),
    check: isChecked ? 'whole' : null,
  };
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(entries)) if (value) query.set(name, value);
  return query.size > 0 ? `?${query}` : '';
}

/** The address of a view; another filter begins with its newest events again. */
export function auditHref(view: AuditView, changed: Partial<AuditView> = {}): string {
  return `/audit${auditQuery(view, { before: null, isChecked: false, ...changed })}`;
}

/** What a view asks of the database; the days as they are in the MSP's time zone. */
export function auditFilter(view: AuditView, timeZone: string): AuditFilter {
  const startOf = (date: string | null, days = 0): Date | null =>
    date === null ? null : new Date(instantAt(Date.parse(`${date}T00:00:00Z`) + days * DAY, timeZone));
  return { ...view, from: startOf(view.fromDay), to: startOf(view.toDay, 1) };
}
