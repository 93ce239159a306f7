import { API_SCOPE_WORDS, type ApiScope } from '@/domain/access/api-scopes';
import type { Instant } from '@/domain/time/instant';
import { Mark } from '../backup/status-mark';
import { ConfirmDialog } from '../forms/confirm-dialog';
import { Moment } from '../ui/moment';
import { Table, Td, Th, Tr } from '../ui/table';

interface KeyRow {
  readonly personalKeyId: string;
  readonly personName: string;
  readonly name: string;
  readonly scopes: readonly ApiScope[];
  /** null: every client that its person sees. */
  readonly clientNames: readonly string[] | null;
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

/** Keys by which programs act as people. */
export function PersonalKeyTable({ keys, timeZone, now }: Props) {
  return (
    <Table
      head={
        <>
          <Th>For</Th>
          <Th>May</Th>
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
        <Tr key={key.personalKeyId}>
          <Td at="first">
            <span className="font-medium">{key.name}</span>
          </Td>
          <Td at="second">
            <span
              className="block whitespace-normal"
              title={key.scopes.map((one) => API_SCOPE_WORDS[one]).join('; ')}
            >
              {key.scopes.join(', ')} · {key.clientNames?.join(', ') ?? 'every client'}
            </span>
          </Td>
          <Td at="third">
            {key.personName}, <Moment at={key.createdAt} timeZone={timeZone} now={now} isShort />
          </Td>
          <Td at="second-right">
            {key.lastUsedAt === null ? 'never' : <Moment at={key.lastUsedAt} timeZone={timeZone} now={now} />}
          </Td>
          <Td at="first-right">
            <Ends ends={key} timeZone={timeZone} now={now} />
          </Td>
          <Td at="fourth">
            {key.revokedAt === null && key.expiresAt > now && (
              <ConfirmDialog
                title={`Revoke the key for ${key.name}?`}
                description="Its next request is refused. There is no way back: make a new one then."
                label="Revoke"
                confirm="Revoke it"
                method="DELETE"
                address={`/api/v1/personal-keys/${key.personalKeyId}`}
                done="The key is no good any more."
              />
            )}
          </Td>
        </Tr>
      ))}
    </Table>
  );
}

function Ends({
  ends,
  timeZone,
  now,
}: {
  ends: Pick<KeyRow, 'revokedAt' | 'expiresAt'>;
  timeZone: string;
  now: Instant;
}) {
  if (ends.revokedAt !== null) return <Mark tone="off">Revoked</Mark>;
  if (ends.expiresAt <= now) return <Mark tone="off">Ended</Mark>;
  return <Moment at={ends.expiresAt} timeZone={timeZone} now={now} />;
}
