import type { Instant } from '@/domain/time/instant';
import { Mark } from '../backup/status-mark';
import { ConfirmDialog } from '../forms/confirm-dialog';
import { CopyButton } from '../ui/copy-button';
import { Moment } from '../ui/moment';
import { Table, Td, Th, Tr } from '../ui/table';
import { TextLink } from '../ui/text-link';

interface ManagementKeyRow {
  readonly managementKeyId: string;
  readonly clientId: string;
  readonly clientName: string;
  readonly name: string;
  readonly isReadOnly: boolean;
  readonly createdByName: string;
  readonly createdAt: Instant;
  readonly revokedAt: Instant | null;
}

/** Keys by which programs manage checks. */
export function ManagementKeyTable({
  keys,
  timeZone,
  now,
}: {
  keys: readonly ManagementKeyRow[];
  timeZone: string;
  now: Instant;
}) {
  return (
    <Table
      head={
        <>
          <Th>For</Th>
          <Th>Checks of</Th>
          <Th>May</Th>
          <Th>Made</Th>
          <Th>
            <span className="sr-only">Actions</span>
          </Th>
        </>
      }
    >
      {keys.map((key) => (
        <Tr key={key.managementKeyId}>
          <Td at="first">
            <span className="font-medium">{key.name}</span>
          </Td>
          <Td at="second">
            <TextLink href={`/clients/${key.clientId}`}>{key.clientName}</TextLink>
          </Td>
          <Td at="second-right">{key.isReadOnly ? 'read' : 'read and change'}</Td>
          <Td at="third">
            {key.createdByName}, <Moment at={key.createdAt} timeZone={timeZone} now={now} isShort />
          </Td>
          <Td at="first-right">
            {key.revokedAt !== null ? (
              <Mark tone="off">Revoked</Mark>
            ) : (
              <ConfirmDialog
                title={`Revoke the key for ${key.name}?`}
                description="Its next request is refused. There is no way back: make a new one then. The checks stay."
                label="Revoke"
                confirm="Revoke it"
                method="DELETE"
                address={`/api/v1/management-keys/${key.managementKeyId}`}
                done="The key is no good any more."
              />
            )}
          </Td>
        </Tr>
      ))}
    </Table>
  );
}

/** The keys in clients' ping addresses. */
export function PingKeyTable({
  keys,
}: {
  keys: readonly { readonly clientId: string; readonly clientName: string; readonly address: string }[];
}) {
  return (
    <Table
      head={
        <>
          <Th>Checks of</Th>
          <Th>Address, with the name of a check at its end</Th>
        </>
      }
    >
      {keys.map(({ clientId, clientName, address }) => (
        <Tr key={clientId}>
          <Td at="first">
            <TextLink href={`/clients/${clientId}`}>{clientName}</TextLink>
          </Td>
          <Td at="second">
            <span className="flex flex-wrap items-center gap-2">
              <code className="text-xs [overflow-wrap:anywhere]">{address}</code>
              <CopyButton text={address} label="Copy" of={`the address of ${clientName}`} />
            </span>
          </Td>
        </Tr>
      ))}
    </Table>
  );
}
