import type { Instant } from '../time/instant';
import type { DocumentRequest } from './document-request';
import { daysOfMonth } from './period';

/** What a document is of. `testedAt`: of the test that a certificate is of; null for other kinds. */
export interface DocumentSubject {
  readonly request: DocumentRequest;
  readonly testedAt: Instant | null;
}

/** Whether a client's leader gets a document of their company: what an auditor asked for is the auditor's. */
export function isForLeaders({ request }: DocumentSubject): boolean {
  return request.kind !== 'evidence-pack';
}

/** Days (YYYY-MM-DD) of the client's zone, both included, and the same as instants: from ≤ t < to. */
export interface GrantedPeriod {
  readonly firstDay: string;
  readonly lastDay: string;
  readonly from: Instant;
  readonly to: Instant;
}

/** Whether a document speaks of nothing outside the period that an auditor was granted. */
export function isWithin({ request, testedAt }: DocumentSubject, period: GrantedPeriod): boolean {
  if (request.kind === 'restore-certificate')
    return testedAt !== null && testedAt >= period.from && testedAt < period.to;
  const { firstOn, lastOn } = request.kind === 'evidence-pack' ? request : daysOfMonth(request.month);
  return firstOn >= period.firstDay && lastOn <= period.lastDay;
}
