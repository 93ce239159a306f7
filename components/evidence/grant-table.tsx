import type { ReactNode } from 'react';
import type { Instant } from '@/domain/time/instant';
import { Mark } from '../backup/status-mark';
import { Moment } from '../ui/moment';
import { Table, Td, Th, Tr } from '../ui/table';
import { TextLink } from '../ui/text-link';

/** A grant as a row. */
export interface GrantRow {
  readonly grantId: string;
  readonly name: string;
  readonly email: string;
  readonly clientNames: readonly string[];
  readonly periodFrom: string;
  readonly periodTo: string;
  readonly purpose: string;
  readonly state: 'invited' | 'open' | 'ended' | 'revoked';
  readonly expiresAt: Instant;
  readonly lastSignInAt: Instant | null;
  /** Questions that wait for an answer. */
  readonly waiting: number;
}

const STATE = {
  invited: <Mark tone="unk">Invited</Mark>,
  open: <Mark tone="ok">Open</Mark>,
  ended: <Mark tone="off">Ended</Mark>,
  revoked: <Mark tone="off">Revoked</Mark>,
} as const;

interface Props {
  grants: readonly GrantRow[];
  timeZone: string;
  now: Instant;
  actionsFor: (grant: GrantRow) => ReactNode;
}

/** Who may see what evidence, until when. */
export function GrantTable({ grants, timeZone, now, actionsFor }: Props) {
  return (
    <Table
      head={
        <>
          <Th>Auditor</Th>
          <Th>Purpose</Th>
          <Th>Clients and period</Th>
          <Th>State</Th>
          <Th>Ends</Th>
          <Th>
            <span className="sr-only">Actions</span>
          </Th>
        </>
      }
    >
      {grants.map((grant) => (
        <Tr key={grant.grantId}>
          <Td at="first">
            <TextLink href={`/settings/evidence/${grant.grantId}`} className="font-medium">
              {grant.name}
            </TextLink>
            <span className="text-ink-3 block text-xs">{grant.email}</span>
          </Td>
          <Td at="second">
            <span className="block whitespace-normal">{grant.purpose}</span>
            {grant.waiting > 0 && (
              <TextLink href={`/settings/evidence/${grant.grantId}#questions`} className="block text-xs">
                {grant.waiting} waiting for an answer
              </TextLink>
            )}
          </Td>
          <Td at="third">
            <span className="block whitespace-normal">{grant.clientNames.join(', ')}</span>
            <span className="text-ink-3 block text-xs tabular-nums">
              {grant.periodFrom} – {grant.periodTo}
            </span>
          </Td>
          <Td at="first-right">{STATE[grant.state]}</Td>
          <Td at="second-right">
            <Moment at={grant.expiresAt} timeZone={timeZone} now={now} />
          </Td>
          <Td at="fourth">{actionsFor(grant)}</Td>
        </Tr>
      ))}
    </Table>
  );
}
