import type { ReactNode } from 'react';
import { type Keep, keepSentence } from '@/domain/evidence/keep-until';
import type { RestoreRecord } from '@/domain/restore-test/record';
import type { Instant } from '@/domain/time/instant';
import { Mark } from '../backup/status-mark';
import { ReportLink } from '../backup/report-link';
import { countText, sizeText, tookText } from '../format/amounts';
import { dayText, exactText } from '../format/words';
import { Section } from '../ui/section';
import { TextLink } from '../ui/text-link';
import { LEVEL_SENTENCE, SELECTION_WORD } from './record-words';
import { performerText } from './record-table';

/** What an auditor reads of one test, in the order of the record's fields; what is not known is said. */
export function RecordGroups({ record, keep }: { record: RestoreRecord; keep: Keep }) {
  const { client, policy, system, copy, selection, target, recovery, dataAge, files, manifest } = record;
  const at = (instant: Instant | null) => (instant === null ? null : exactText(instant, record.timeZone));
  return (
    <>
      <Section id="criteria" title="Criteria, fixed before the test">
        <Checks checks={record.checks} />
        {record.anomalies.length > 0 && <Lines title="Anomalies" lines={record.anomalies} />}
      </Section>
      <Group id="what" title="What was promised, and of which system">
        <Field name="Client">
          <TextLink href={`/clients/${client.id}`}>{client.name}</TextLink>
        </Field>
        <Field name="Policy">{policy && `${policy.name}, version ${policy.version}`}</Field>
        <Field name="Cadence">{record.cadenceDays !== null && `every ${record.cadenceDays} days`}</Field>
        <Field name="Due">{at(record.dueAt) ?? 'no day was set: nothing was tested before'}</Field>
        <Field name="System">
          <TextLink href={`/systems/${system.id}`}>{system.name}</TextLink>
        </Field>
        <Field name="Owner">{system.owner}</Field>
        <Field name="Criticality">{system.criticality}</Field>
        <Field name="Data">{system.dataClass}</Field>
      </Group>
      <Group id="copy" title="Which copy, and how it was chosen">
        <Field name="Repository">{copy.repository}</Field>
        <Field name="Location">
          {copy.location && <span className="wrap-anywhere">{copy.location}</span>}
        </Field>
        <Field name="Medium">{copy.media}</Field>
        <Field name="Offsite">{yesNo(copy.isOffsite)}</Field>
        <Field name="Product">
          {copy.product && [copy.product, copy.productVersion].filter(Boolean).join(' ')}
        </Field>
        <Field name="Job">{copy.job}</Field>
        <Field name="Recovery point">
          {copy.point && <code className="wrap-anywhere">{copy.point}</code>}
        </Field>
        <Field name="Taken">{at(copy.takenAt)}</Field>
        <Field name="Encrypted">{yesNo(copy.isEncrypted)}</Field>
        <Field name="Locked until">{at(copy.immutableUntil)}</Field>
        <Field name="Chosen">{SELECTION_WORD[selection.how]}</Field>
        <Field name="Rule">{selection.rule}</Field>
        <Field name="Out of">{selection.population !== null && countText(selection.population)}</Field>
        <Field name="Seed">{selection.seed && <code>{selection.seed}</code>}</Field>
      </Group>
      <Group id="how" title="How it was done">
        <Field name="Level">{LEVEL_SENTENCE[record.level]}</Field>
        <Field name="Method">{record.method}</Field>
        <Field name="Scope">{record.scope}</Field>
        <Field name="Restored to">{target.environment}</Field>
        <Field name="Isolated from the source">{yesNo(target.isIsolated)}</Field>
        <Field name="Start">{at(record.startedAt)}</Field>
        <Field name="End">{at(record.endedAt)}</Field>
        <Field name="Phases">
          {record.phases.length > 0 &&
            record.phases.map((phase) => `${phase.name} ${tookText(phase.seconds)}`).join(', ')}
        </Field>
        <Field name="Time to recover">
          {recovery.seconds !== null &&
            `${tookText(recovery.seconds)}${recovery.basis === 'extrapolated' ? ', extrapolated' : ''}${promised(recovery.targetSeconds)}`}
        </Field>
        <Field name="Forecast of a full restore">
          {recovery.forecastSeconds !== null &&
            `${tookText(recovery.forecastSeconds)}${promised(recovery.targetSeconds)}`}
        </Field>
        <Field name="Restored">{recovery.bytesRestored !== null && sizeText(recovery.bytesRestored)}</Field>
        <Field name="Age of the newest data">
          {dataAge.seconds !== null && `${tookText(dataAge.seconds)}${promised(dataAge.targetSeconds)}`}
        </Field>
        <Field name="Files">
          {files &&
            `${countText(files.matched)} match, ${countText(files.mismatched)} differ, ${countText(files.missing)} missing, ${countText(files.unverifiable)} could not be compared`}
        </Field>
        <Field name="Compared with">
          {manifest && (
            <>
              {manifest.origin}
              {manifest.sha256 && <code className="block wrap-anywhere">{manifest.sha256}</code>}
            </>
          )}
        </Field>
        <Field name="Malware scan">
          {record.malwareScan
            ? `${record.malwareScan.tool}: ${record.malwareScan.result}, ${at(record.malwareScan.at)}`
            : 'not made'}
        </Field>
        <Field name="Performed by">
          {performerText(record.performer)}
          {record.performer.kind === 'agent' &&
            record.performer.version &&
            `, version ${record.performer.version}`}
        </Field>
      </Group>
      {(record.exceptions.length > 0 || record.lessons !== null) && (
        <Section id="lessons" title="Exceptions and lessons">
          {record.exceptions.length > 0 && (
            <Lines title="Exceptions and accepted risks" lines={record.exceptions} />
          )}
          {record.lessons !== null && (
            <p className="text-13 max-w-[80ch] whitespace-pre-line">
              <b className="font-semibold">Learnt:</b> {record.lessons}
            </p>
          )}
        </Section>
      )}
      <Group id="provenance" title="Where the record comes from">
        <Field name="Made">{at(record.provenance.createdAt)}</Field>
        <Field name="Report">
          {record.provenance.rawReportId ? (
            <ReportLink rawReportId={record.provenance.rawReportId} />
          ) : (
            'none: a person recorded it'
          )}
        </Field>
        <Field name="Kept">{keepSentence(keep, (day) => dayText(day, record.timeZone))}</Field>
        <Field name="Legal hold">
          {keep.isHeld ? 'stands: nothing of it may go' : 'none stands'}
          {record.isOnLegalHold && !keep.isHeld && '; one stood when the record was made'}
        </Field>
      </Group>
    </>
  );
}

function Group({ id, title, children }: { id: string; title: string; children: ReactNode }) {
  return (
    <Section id={id} title={title}>
      <dl className="border-line-2 text-13 grid gap-x-8 border-t lg:grid-cols-2">{children}</dl>
    </Section>
  );
}

function Field({ name, children }: { name: string; children: ReactNode }) {
  const isKnown = children !== null && children !== false && children !== '' && children !== undefined;
  return (
    <div className="border-line grid min-w-0 grid-cols-[minmax(100px,34%)_minmax(0,1fr)] gap-x-3 border-b py-1.5">
      <dt className="text-ink-3">{name}</dt>
      <dd className="min-w-0 wrap-anywhere whitespace-pre-line">
        {isKnown ? children : <span className="text-ink-3">not known</span>}
      </dd>
    </div>
  );
}

function Checks({ checks }: { checks: RestoreRecord['checks'] }) {
  if (checks.length === 0) return <p className="text-13 text-ink-3">Nothing was fixed beforehand.</p>;
  return (
    <ul className="border-line-2 text-13 border-t">
      {checks.map((check, index) => (
        <li
          key={`${index} ${check.criterion}`}
          className="border-line grid grid-cols-[minmax(0,1fr)_auto] gap-x-3 border-b py-1.5"
        >
          <span className="min-w-0 wrap-anywhere">
            {check.criterion}
            <span className="text-ink-3 block">{check.seen ?? 'not said what was seen'}</span>
          </span>
          {check.isMet === null ? (
            <Mark tone="unk">Not looked at</Mark>
          ) : (
            <Mark tone={check.isMet ? 'ok' : 'bad'}>{check.isMet ? 'Met' : 'Not met'}</Mark>
          )}
        </li>
      ))}
    </ul>
  );
}

function Lines({ title, lines }: { title: string; lines: readonly string[] }) {
  return (
    <div className="text-13 mt-2 max-w-[80ch]">
      <h3 className="font-semibold">{title}</h3>
      <ul className="list-disc pl-5">
        {lines.map((line, index) => (
          <li key={`${index} ${line}`} className="wrap-anywhere whitespace-pre-line">
            {line}
          </li>
        ))}
      </ul>
    </div>
  );
}

function yesNo(said: boolean | null): string | null {
  if (said === null) return null;
  return said ? 'yes' : 'no';
}

function promised(seconds: number | null): string {
  return seconds === null ? '; nothing was promised' : `; promised ${tookText(seconds)}`;
}
