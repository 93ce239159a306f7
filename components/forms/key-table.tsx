import type { Instant } from '@/domain/time/instant';
import { Mark } from '../backup/status-mark';
import { ConfirmDialog } from './confirm-dialog';
import { Moment } from '../ui/moment';
import { Table, Td, Th, Tr } from '../ui/table';

interface KeyRow {
  readonly keyId: string;
  readonly name: string;
  /** What it is good for, in words. */
  readonly use: string;
  /** The same at length, for who points at it. */
  readonly useTitle?: string;
  readonly madeByName: string;
  readonly createdAt: Instant;
  readonly expiresAt: Instant;
  readonly lastUsedAt: Instant | null;
  readonly revokedAt: Instant | null;
  readonly isRevocable: boolean;
}

interface Props {
  keys: readonly KeyRow[];
  /** Over what a key is good for. */
  useHead: string;
  /** Where a key is ended: `/api/v1/api-keys`. */
  address: string;
  timeZone: string;
  now: Instant;
}

/** Keys of programs, which one can revoke. */
export function KeyTable({ keys, useHead, address, timeZone, now }: Props) {
  return (
    <Table
      head={
        <>
          <Th>For</Th>
          <Th>{useHead}</Th>
          <Th>Made</Th>
          <Th>Last used</Th>
          <Th>Ends</Th>
          <Th>
            <span className="sr-only">Actions</span>
          </Th>
        </>
      }
    >
      {keys.map((key) => (
        <Tr key={key.keyId}>
          <Td at="first">
            <span className="font-medium">{key.name}</span>
          </Td>
          <Td at="second">
            <span className="block whitespace-normal" title={key.useTitle}>
              {key.use}
            </span>
          </Td>
          <Td at="third">
            {key.madeByName}, <Moment at={key.createdAt} timeZone={timeZone} now={now} isShort />
          </Td>
          <Td at="second-right">
            {key.lastUsedAt === null ? 'never' : <Moment at={key.lastUsedAt} timeZone={timeZone} now={now} />}
          </Td>
          <Td at="first-right">
            <Ends apiKey={key} timeZone={timeZone} now={now} />
          </Td>
          <Td at="fourth">
            {key.isRevocable && (
              <ConfirmDialog
                title={`Revoke the key for ${key.name}?`}
                description="Its next request is refused. There is no way back: make a new one then."
                label="Revoke"
                confirm="Revoke it"
                method="DELETE"
                address={`${address}/${key.keyId}`}
                done="The key is no good any more."
              />
            )}
          </Td>
        </Tr>
      ))}
    </Table>
  );
}

function Ends({ apiKey, timeZone, now }: { apiKey: KeyRow; timeZone: string; now: Instant }) {
  if (apiKey.revokedAt !== null) return <Mark tone="off">Revoked</Mark>;
  if (apiKey.expiresAt <= now) return <Mark tone="off">Ended</Mark>;
  return <Moment at={apiKey.expiresAt} timeZone={timeZone} now={now} />;
}
