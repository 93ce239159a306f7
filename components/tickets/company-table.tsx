import { Mark } from '../backup/status-mark';
import { counted } from '../format/amounts';
import { Table, Td, Th, Tr } from '../ui/table';
import { CompanyField } from './company-field';

interface Props {
  channelId: string;
  companies: readonly {
    readonly clientId: string;
    readonly clientName: string;
    readonly companyId: string | null;
    readonly blockedCount: number;
    readonly isRefused: boolean;
  }[];
}

/** The clients, each with its company in a ticket system. */
export function CompanyTable({ channelId, companies }: Props) {
  const head = (
    <>
      <Th>Client</Th>
      <Th>Company there</Th>
      <Th>State</Th>
    </>
  );
  return (
    <Table head={head}>
      {companies.map(({ clientId, clientName, companyId, blockedCount, isRefused }) => (
        <Tr key={clientId}>
          <Td at="first">
            <span className="[overflow-wrap:anywhere] whitespace-normal">{clientName}</span>
          </Td>
          <Td at="second">
            <CompanyField
              channelId={channelId}
              clientId={clientId}
              clientName={clientName}
              companyId={companyId}
            />
          </Td>
          <Td at="first-right">
            <State isMissing={companyId === null} isRefused={isRefused} />
            {blockedCount > 0 && (
              <span className="text-ink-3 block text-xs">{counted(blockedCount, 'ticket')} held up</span>
            )}
          </Td>
        </Tr>
      ))}
    </Table>
  );
}

function State({ isMissing, isRefused }: { isMissing: boolean; isRefused: boolean }) {
  if (isMissing) return <Mark tone="risk">Missing</Mark>;
  return isRefused ? <Mark tone="bad">Not known there</Mark> : <Mark tone="ok">Entered</Mark>;
}
