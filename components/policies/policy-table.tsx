import type { Instant } from '@/domain/time/instant';
import { counted } from '../format/amounts';
import { Link } from '../ui/link';
import { Moment } from '../ui/moment';
import { Table, Td, Th, Tr } from '../ui/table';

interface PolicyRow {
  policyId: string;
  name: string;
  isDefault: boolean;
  clientName: string | null;
  version: number;
  publishedAt: Date;
  publishedBy: string | null;
  overrides: Readonly<Record<string, unknown>>;
  assignments: Readonly<Record<'client' | 'site' | 'tag' | 'system' | 'job', number>>;
  systemCount: number;
}

interface Props {
  policies: readonly PolicyRow[];
  timeZone: string;
  now: Instant;
}

/** The policies in use: what each holds for, how much it sets, and who published it last. */
export function PolicyTable({ policies, timeZone, now }: Props) {
  const head = (
    <>
      <Th>Policy</Th>
      <Th>Holds for</Th>
      <Th className="text-right">Systems</Th>
      <Th className="pl-4 text-right">Sets</Th>
      <Th className="pl-4">Version</Th>
      <Th>Published</Th>
    </>
  );
  return (
    <Table head={head}>
      {policies.map((policy) => (
        <Tr key={policy.policyId} data-row="">
          <Td at="first">
            <Link
              href={`/policies/${policy.policyId}`}
              data-row-link=""
              className="font-medium hover:underline"
            >
              {policy.name}
            </Link>
            {policy.clientName && <span className="text-ink-3"> of {policy.clientName}</span>}
          </Td>
          <Td at="second" className="text-ink-2">
            {policy.isDefault ? 'everything, unless something narrower says otherwise' : targetsText(policy)}
          </Td>
          <Td at="first-right" className="text-right">
            {policy.systemCount}
            <span className="@2xl:hidden"> systems</span>
          </Td>
          <Td at="hidden" className="pl-4 text-right">
            {counted(Object.keys(policy.overrides).length, 'field')}
          </Td>
          <Td at="hidden" className="pl-4">
            {policy.version}
          </Td>
          <Td at="third" className="text-ink-3">
            <Moment at={policy.publishedAt.getTime()} timeZone={timeZone} now={now} />
            {policy.publishedBy && ` by ${policy.publishedBy}`}
          </Td>
        </Tr>
      ))}
    </Table>
  );
}

/** '4 clients, 1 tag', or that it holds for nothing yet. */
export function targetsText({ assignments }: Pick<PolicyRow, 'assignments'>): string {
  const parts = (['client', 'site', 'tag', 'system', 'job'] as const)
    .filter((level) => assignments[level] > 0)
    .map((level) => counted(assignments[level], level));
  return parts.length === 0 ? 'nothing yet' : parts.join(', ');
}
