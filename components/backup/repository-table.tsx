import { attributeAt } from '@/domain/protection/attribute';
import type { Attribute, DescribedRepositoryFacts } from '@/domain/protection/facts';
import { failedAttempt } from '@/domain/protection/prepared';
import { problemText } from '@/domain/protection/sentence';
import type { Instant } from '@/domain/time/instant';
import { counted, countText, sizeText } from '../format/amounts';
import { Link } from '../ui/link';
import { Moment } from '../ui/moment';
import { type Sorting, SortTh } from '../ui/sort-th';
import { Table, Td, Th, Tr } from '../ui/table';
import { SourceTag } from './origin';
import { ReportLink } from './report-link';
import { Mark } from './status-mark';

export interface RepositoryRow {
  repositoryId: string;
  clientName: string | null;
  timeZone: string;
  location: string;
  facts: DescribedRepositoryFacts;
  systemCount: number;
  pointCount: number;
  storedBytes: number | null;
  freeBytes: number | null;
  totalBytes: number | null;
}

type RepositorySort = 'name' | 'client' | 'free' | 'read';

interface Props {
  repositories: readonly RepositoryRow[];
  now: Instant;
  /** null: in the order given, of one client that needs no naming. */
  sorting: Sorting<RepositorySort> | null;
}

/** Where backups are written, with what is known of each place and from whom. */
export function RepositoryTable({ repositories, now, sorting }: Props) {
  const head = (
    <>
      <SortTh name="Repository" by="name" sorting={sorting} />
      {sorting && <SortTh name="Client" by="client" sorting={sorting} />}
      <Th>Medium</Th>
      <Th>Stands at</Th>
      <Th className="@max-5xl:hidden">Fails together with</Th>
      <Th className="@max-5xl:hidden">Encrypted</Th>
      <Th className="text-right @max-4xl:hidden">Stored</Th>
      <SortTh name="Free" by="free" sorting={sorting} className="text-right @max-5xl:hidden" />
      <SortTh name="Last read" by="read" sorting={sorting} className="pl-4" />
      {!sorting && <Th className="text-right">Report</Th>}
    </>
  );
  return (
    <Table head={head}>
      {repositories.map((row) => (
        <Tr key={row.repositoryId} data-repository={row.repositoryId} data-row="" className="align-top">
          <Td at="first">
            <Link
              href={`/repositories/${row.repositoryId}`}
              data-row-link=""
              className="block max-w-[34ch] truncate font-medium hover:underline"
              title={row.facts.name}
            >
              {row.facts.name}
            </Link>
            <span className="text-ink-3 block max-w-[34ch] truncate text-xs" title={row.location}>
              {row.location}
            </span>
            <span className="text-ink-3 block text-xs">
              {row.facts.tool} · {counted(row.systemCount, 'system')}, {counted(row.pointCount, 'point')}
            </span>
          </Td>
          {sorting && (
            <Td at="third" className="@max-2xl:text-ink-3">
              <span className="block max-w-[22ch] truncate">{row.clientName ?? 'your own'}</span>
            </Td>
          )}
          <Td at="second">
            <Said attribute={row.facts.media} now={now} textOf={String} />
          </Td>
          <Td at="second-right">
            <Said attribute={row.facts.site} now={now} textOf={(place) => place.siteName} />
          </Td>
          <Td at="hidden" className="@max-5xl:hidden">
            <Said attribute={row.facts.failureDomain} now={now} textOf={domainText} />
          </Td>
          <Td at="hidden" className="@max-5xl:hidden">
            <Said attribute={row.facts.isEncrypted} now={now} textOf={(is) => (is ? 'yes' : 'no')} />
          </Td>
          <Td at="hidden" className="text-right @max-4xl:hidden">
            {sizeText(row.storedBytes)}
          </Td>
          <Td at="hidden" className="text-right @max-5xl:hidden">
            {sizeText(row.freeBytes)}
            {row.totalBytes !== null && (
              <span className="text-ink-3 block text-xs">of {sizeText(row.totalBytes)}</span>
            )}
          </Td>
          <Td at="first-right" className="@2xl:pl-4">
            <LastRead facts={row.facts} timeZone={row.timeZone} now={now} />
          </Td>
          {!sorting && (
            <Td at="hidden" className="text-right">
              {row.facts.lastAttempt?.origin.kind === 'report' ? (
                <ReportLink rawReportId={row.facts.lastAttempt.origin.reportId} />
              ) : (
                countText(null)
              )}
            </Td>
          )}
        </Tr>
      ))}
    </Table>
  );
}

/** What else fails with it, in words. */
export function domainText(domain: string): string {
  return domain.startsWith('repository:') ? 'nothing else' : domain.replace(/^host:/, '');
}

/** A value with where it comes from; what nobody said is called so. */
function Said<T>({
  attribute,
  now,
  textOf,
}: {
  attribute: Attribute<T> | null;
  now: Instant;
  textOf: (value: T) => string;
}) {
  const current = attributeAt(attribute, now);
  if (current === null) return <span className="text-ink-3">nobody said</span>;
  return (
    <span className="flex flex-col items-start gap-0.5">
      {textOf(current.value)}
      <SourceTag source={current.source} />
    </span>
  );
}

/** When it was last read, and whether it could be. */
export function LastRead({
  facts,
  timeZone,
  now,
}: {
  facts: RepositoryRow['facts'];
  timeZone: string;
  now: Instant;
}) {
  if (facts.lastAttempt === null) return <span className="text-ink-3">never</span>;
  const failed = failedAttempt(facts);
  return (
    <span className="flex flex-col">
      {failed ? (
        <span className="max-w-[26ch] whitespace-normal">
          <Mark tone="bad">Not readable</Mark>
          <span className="text-ink-3 block text-xs">{problemText(failed.problem)}</span>
        </span>
      ) : (
        <Mark tone="ok">Read</Mark>
      )}
      <span className="text-ink-3 text-xs">
        <Moment at={facts.lastAttempt.at} timeZone={timeZone} now={now} />
      </span>
    </span>
  );
}
