import { rejectionText, type Words } from '@/domain/protection/sentence';
import type { CopyVerdict } from '@/domain/protection/verdict';
import type { Instant } from '@/domain/time/instant';
import { countText } from '../format/amounts';
import { wordsIn } from '../format/words';
import { Moment } from '../ui/moment';
import { Table, Td, Th, Tr } from '../ui/table';
import { TextLink } from '../ui/text-link';
import { Mark } from './status-mark';

interface DependentRow {
  systemId: string;
  systemName: string;
  dataSetId: string;
  dataSetName: string;
  pointCount: number;
  newestTakenAt: Date | null;
  copy: CopyVerdict | null;
}

interface Props {
  dependents: readonly DependentRow[];
  timeZone: string;
  now: Instant;
}

const HEAD = (
  <>
    <Th>System</Th>
    <Th>Data set</Th>
    <Th className="text-right">Points</Th>
    <Th>Newest</Th>
    <Th>Counts as</Th>
  </>
);

/** Which data sets rest on a repository, and what it is worth to each. */
export function DependentTable({ dependents, timeZone, now }: Props) {
  const words = wordsIn(timeZone, now);
  return (
    <Table head={HEAD}>
      {dependents.map((one) => (
        <Tr key={one.dataSetId}>
          <Td at="first">
            <TextLink href={`/systems/${one.systemId}`} className="font-medium">
              {one.systemName}
            </TextLink>
          </Td>
          <Td at="second">
            <span className="block max-w-[30ch] truncate" title={one.dataSetName}>
              {one.dataSetName}
            </span>
          </Td>
          <Td at="hidden" className="text-right tabular-nums">
            {countText(one.pointCount)}
          </Td>
          <Td at="first-right">
            {one.newestTakenAt ? (
              <Moment at={one.newestTakenAt.getTime()} timeZone={timeZone} now={now} />
            ) : (
              'none'
            )}
          </Td>
          <Td at="third" className="@2xl:whitespace-normal">
            <Worth copy={one.copy} words={words} />
          </Td>
        </Tr>
      ))}
    </Table>
  );
}

function Worth({ copy, words }: { copy: CopyVerdict | null; words: Words }) {
  if (!copy) return <Mark tone="unk">Not evaluated</Mark>;
  const [rejection] = copy.rejections;
  if (!copy.isCounted)
    return (
      <>
        <Mark tone="off">Not a counted copy</Mark>
        {rejection && (
          <span className="text-ink-3 block text-xs">
            {copy.repositoryName} {rejectionText(rejection, words)}
          </span>
        )}
      </>
    );
  const also = [
    copy.isOffsite ? 'offsite' : 'not offsite',
    copy.isImmutable && 'immutable',
    copy.isVerified && 'verified',
  ].filter(Boolean);
  return (
    <>
      <Mark tone={copy.isHollow ? 'risk' : 'ok'}>{copy.isHollow ? 'Hollow copy' : 'Counted copy'}</Mark>
      <span className="text-ink-3 block text-xs">{also.join(', ')}</span>
    </>
  );
}
