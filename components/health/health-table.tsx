import type { HealthCheck, HealthState } from '@/domain/health/own-health';
import { healthSentence, STATE_WORD, SUBJECT_NAME } from '@/domain/health/own-health-words';
import type { Instant } from '@/domain/time/instant';
import { Mark, type Tone } from '../backup/status-mark';
import { sizeText } from '../format/amounts';
import { Table, Td, Th, Tr } from '../ui/table';

interface Props {
  checks: readonly HealthCheck[];
  now: Instant;
}

const TONE: Readonly<Record<HealthState, Tone>> = {
  bad: 'bad',
  unknown: 'unk',
  warning: 'risk',
  good: 'ok',
  unwatched: 'off',
};
const ORDER: readonly HealthState[] = ['bad', 'unknown', 'warning', 'good', 'unwatched'];

/** How each part of the installation stands, what needs somebody first. */
export function HealthTable({ checks, now }: Props) {
  const head = (
    <>
      <Th>Part</Th>
      <Th>State</Th>
      <Th>Why</Th>
    </>
  );
  const worstFirst = checks.toSorted((one, other) => ORDER.indexOf(one.state) - ORDER.indexOf(other.state));
  return (
    <Table head={head}>
      {worstFirst.map(({ subject, state, reason }) => (
        <Tr key={subject}>
          <Td at="first" className="font-medium">
            {SUBJECT_NAME[subject]}
          </Td>
          <Td at="first-right">
            <Mark tone={TONE[state]}>{capitalised(STATE_WORD[state])}</Mark>
          </Td>
          <Td at="fourth" className="@2xl:w-full @2xl:whitespace-normal">
            {healthSentence(subject, reason, now, sizeText)}
          </Td>
        </Tr>
      ))}
    </Table>
  );
}

function capitalised(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}
