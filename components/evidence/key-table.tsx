import type { Instant } from '@/domain/time/instant';
import { Mark } from '../backup/status-mark';
import { ConfirmDialog } from '../forms/confirm-dialog';
import { Moment } from '../ui/moment';
import { Table, Td, Th, Tr } from '../ui/table';

interface KeyRow {
  readonly apiKeyId: string;
  readonly name: string;
  /** null: every client. */
  readonly clientNames: readonly string[] | null;
  readonly createdByName: string;
  readonly createdAt: Instant;
  readonly expiresAt: Instant;
  readonly lastUsedAt: Instant | null;
  readonly revokedAt: Instant | null;
}

interface Props {
  keys: readonly KeyRow[];
  timeZone: string;
  now: Instant;
}

/** Keys by which programs read evidence. */
export function KeyTable({ keys, timeZone, now }: Props) {
  return (
    <Table
      head={
        <>
          <Th>For</Th>
          <Th>Reads</Th>
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
        <Tr key={key.apiKeyId}>
          <Td at="first">
            <span className="font-medium">{key.name}</span>
          </Td>
          <Td at="second">
            <span className="block whitespace-normal">{key.clientNames?.join(', ') ?? 'every client'}</span>
          </Td>
          <Td at="third">
            {key.createdByName}, <Moment at={key.createdAt} timeZone={timeZone} now={now} isShort />
          </Td>
          <Td at="second-right">
            {key.lastUsedAt === null ? 'never' : <Moment at={key.lastUsedAt} timeZone={timeZone} now={now} />}
          </Td>
          <Td at="first-right">
            <Ends apiKey={key} timeZone={timeZone} now={now} />
          </Td>
          <Td at="fourth">
            {key.revokedAt === null && (
              <ConfirmDialog
                title={`Revoke the key for ${key.name}?`}
                description="Its next request is refused. There is no way back: make a new one then."
                label="Revoke"
                confirm="Revoke it"
                method="DELETE"
                address={`/api/v1/api-keys/${key.apiKeyId}`}
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
