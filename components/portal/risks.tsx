import type { ReactNode } from 'react';
import { CATALOGUE, type FindingRule } from '@/domain/findings/catalogue';
import { findingText } from '@/domain/protection/sentence';
import type { OpenFinding } from '@/domain/protection/verdict';
import { sentenceCase } from '@/domain/text/sentence-case';
import type { Instant } from '@/domain/time/instant';
import { plainWordsIn } from '../format/words';
import { Moment } from '../ui/moment';
import { RiskDialog } from './risk-dialog';

/** What was accepted in the company's name, and what its leader decided about it. */
export interface Risk {
  readonly changeId: string;
  readonly rules: readonly string[];
  readonly subjectNames: readonly string[];
  readonly findings: readonly Pick<OpenFinding, 'rule' | 'subject' | 'detail'>[];
  readonly reason: string;
  readonly approverName: string;
  readonly acceptedByName: string;
  readonly acceptedAt: Instant;
  readonly validUntil: Instant;
  readonly decision: 'signed' | 'declined' | null;
  readonly comment: string | null;
  readonly decidedByName: string | null;
  readonly decidedAt: Instant | null;
}

interface Props {
  clientId: string;
  risks: readonly Risk[];
  timeZone: string;
  now: Instant;
}

/** Risks that wait for the leader's word, each with what could happen and what would close it. */
export function RisksToSign({ clientId, risks, timeZone, now }: Props) {
  return (
    <ul className="divide-line divide-y">
      {risks.map((risk) => (
        <li key={risk.changeId} className="py-4 first:pt-0 last:pb-0">
          <h3 className="font-semibold [overflow-wrap:anywhere]">{titleOf(risk)}</h3>
          <dl className="text-13 mt-2 flex flex-col gap-2">
            <Said term="What is not as agreed">
              {risk.findings.map((finding) => (
                <span key={`${finding.rule} ${finding.subject.name}`} className="block">
                  {sentenceCase(findingText(finding, plainWordsIn(timeZone, now)))}.
                </span>
              ))}
              {meaningsOf(risk).join(' ')}
            </Said>
            <Said term="What would close it">{curesOf(risk).join(' ')}</Said>
            <Said term={`Why ${risk.acceptedByName} accepted it`}>
              “{risk.reason}” In the name of {risk.approverName},{' '}
              <Moment at={risk.acceptedAt} timeZone={timeZone} now={now} isShort />.
            </Said>
            <Said term="If you sign">
              The gap stays visible here and in reports, marked as accepted by you, until{' '}
              <Moment at={risk.validUntil} timeZone={timeZone} now={now} isShort />. Then it is asked again.
            </Said>
          </dl>
          <div className="mt-3 flex flex-wrap gap-2">
            <RiskDialog
              clientId={clientId}
              changeId={risk.changeId}
              title={titleOf(risk)}
              decision="signed"
            />
            <RiskDialog
              clientId={clientId}
              changeId={risk.changeId}
              title={titleOf(risk)}
              decision="declined"
            />
          </div>
        </li>
      ))}
    </ul>
  );
}

/** What was decided about the others. */
export function RisksDecided({ risks, timeZone, now }: Omit<Props, 'clientId'>) {
  return (
    <ul className="divide-line divide-y">
      {risks.map((risk) => (
        <li key={risk.changeId} className="text-13 py-2.5 first:pt-0 last:pb-0">
          <p className="font-medium [overflow-wrap:anywhere]">{titleOf(risk)}</p>
          <p className="text-ink-3 mt-0.5 text-xs [overflow-wrap:anywhere]">
            {risk.decision === 'signed' ? 'Signed' : 'Declined'} by {risk.decidedByName}
            {risk.decidedAt !== null && (
              <>
                , <Moment at={risk.decidedAt} timeZone={timeZone} now={now} isShort />
              </>
            )}
            {risk.decision === 'signed' && (
              <>
                , until <Moment at={risk.validUntil} timeZone={timeZone} now={now} isShort />
              </>
            )}
            {risk.comment !== null && <>: “{risk.comment}”</>}
          </p>
        </li>
      ))}
    </ul>
  );
}

function Said({ term, children }: { term: string; children: ReactNode }) {
  return (
    <div>
      <dt className="text-ink-3 text-xs">{term}</dt>
      <dd className="mt-0.5 max-w-[70ch] [overflow-wrap:anywhere]">{children}</dd>
    </div>
  );
}

function titleOf({ rules, subjectNames }: Risk): string {
  const names = subjectNames.slice(0, 3).join(', ');
  const more = subjectNames.length > 3 ? ` and ${subjectNames.length - 3} more` : '';
  return `${known(rules)
    .map((rule) => CATALOGUE[rule].title)
    .join(', ')}: ${names}${more}`;
}

function meaningsOf({ rules }: Risk): string[] {
  return known(rules).map((rule) => CATALOGUE[rule].meaning);
}

function curesOf({ rules }: Risk): string[] {
  return known(rules).map((rule) => CATALOGUE[rule].cure);
}

function known(rules: readonly string[]): FindingRule[] {
  return rules.filter((rule): rule is FindingRule => rule in CATALOGUE);
}
