import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import type { ReactNode } from 'react';
import { z } from 'zod';
import { RefreshWhileMaking } from '@/components/documents/refresh-while-making';
import { SendButton } from '@/components/forms/send-button';
import { recordName } from '@/components/backup/record-link';
import { Mark } from '@/components/backup/status-mark';
import { counted, sizeText } from '@/components/format/amounts';
import { exactText } from '@/components/format/words';
import { AttachForm } from '@/components/restore-tests/attach-form';
import { CorrectionDialog } from '@/components/restore-tests/correction-dialog';
import { FailureDialog } from '@/components/restore-tests/failure-dialog';
import { LevelBadge } from '@/components/restore-tests/level-badge';
import { RecordGroups } from '@/components/restore-tests/record-groups';
import { RecordHistory } from '@/components/restore-tests/record-history';
import {
  effectSentence,
  RESULT_TONE,
  RESULT_WORD,
  REVIEW_TONE,
  REVIEW_WORD,
} from '@/components/restore-tests/record-words';
import { ReviewBox } from '@/components/restore-tests/review-box';
import { buttonClass } from '@/components/ui/button';
import { Link } from '@/components/ui/link';
import { Section } from '@/components/ui/section';
import { TextLink } from '@/components/ui/text-link';
import { may } from '@/domain/access/permissions';
import { authorsOf, standingOf } from '@/domain/restore-test/standing';
import type { CurrentSession } from '@/server/auth/current-session';
import { requireSession } from '@/server/auth/require-scope';
import {
  listRestoreRecords,
  type ListedRestoreRecord,
  readRestoreRecord,
  type ReadRestoreRecord,
} from '@/server/data/restore-records';
import { keepOfRecord, readSeenKeepTerms } from '@/server/data/evidence-keep';
import { type ListedDocument, newestCertificate } from '@/server/data/documents';
import { webDatabase } from '@/server/data/web-database';
import { PageTop } from '../../page-top';
import { requestTime } from '../../request-time';

interface Props {
  params: Promise<{ recordId: string }>;
}

export const metadata: Metadata = { title: 'Record of a restore test' };

/** The record of one restore test: what an auditor reads, what was said of it since, and what is to be done. */
export default async function RestoreRecordPage({ params }: Props) {
  const session = await requireSession('view-fleet');
  const recordId = z.uuid().safeParse((await params).recordId).data;
  if (!recordId) notFound();
  const found = await readRestoreRecord(webDatabase(), session.scope, recordId);
  if (!found) notFound();
  const { record } = found.standing;
  const later = await listRestoreRecords(webDatabase(), session.scope, {
    systemId: record.system.id,
    from: new Date(record.endedAt + 1),
    limit: 50,
  });
  const certificate = may(session.role, 'view-documents', session.scope.clientIds)
    ? await webDatabase().inScope(session.scope, (tx) =>
        newestCertificate(tx, session.scope.mspId, record.recordId),
      )
    : null;
  const at = requestTime();
  const now = at.getTime();
  const terms = await readSeenKeepTerms(webDatabase(), session.scope, [record.client.id], at);
  return (
    <>
      <PageTop
        session={session}
        clientId={record.client.id}
        crumbs={[{ name: 'Restore tests', href: '/restore-tests' }, { name: record.system.name }]}
      />
      <main id="content" className="px-4 pt-5 pb-8 lg:px-6">
        <Head
          found={found}
          session={session}
          documents={<Certificate found={found} session={session} certificate={certificate} />}
        />
        <Failure found={found} session={session} later={later} />
        <Review found={found} session={session} />
        <RecordGroups record={record} keep={keepOfRecord(found.record, terms(record.client.id), at)} />
        <Attachments found={found} session={session} />
        <Section id="history" title="Said of it since" aside="added, never overwritten">
          <RecordHistory amendments={found.amendments} timeZone={record.timeZone} now={now} />
        </Section>
        <Seal found={found} />
      </main>
    </>
  );
}

interface PartProps {
  found: ReadRestoreRecord;
  session: CurrentSession;
}

/** The newest certificate, or the way to one. Corrections and reviews since it was made are in the next. */
function Certificate({
  found,
  session,
  certificate,
}: PartProps & { certificate: Pick<ListedDocument, 'documentId' | 'state'> | null }) {
  const { record } = found.standing;
  const mayMake = may(session.role, 'make-document', session.scope.clientIds);
  const isUnderWay = certificate !== null && certificate.state !== 'ready';
  return (
    <>
      {certificate?.state === 'ready' && (
        <a
          href={`/api/v1/documents/${certificate.documentId}/files/pdf`}
          download
          className={buttonClass('quiet', 'h-7 px-2')}
        >
          Certificate (PDF)
        </a>
      )}
      {isUnderWay && (
        <output className="text-13 text-ink-2 self-center">
          The certificate is being made.
          <RefreshWhileMaking />
        </output>
      )}
      {!isUnderWay && mayMake && (
        <SendButton
          method="POST"
          address="/api/v1/documents"
          body={{
            clientId: record.client.id,
            request: { kind: 'restore-certificate', recordId: record.recordId },
          }}
          label={certificate ? 'Make the certificate anew' : 'Make the certificate of this test'}
          done="The certificate will be made."
        >
          {certificate ? 'Make it anew' : 'Make the certificate'}
        </SendButton>
      )}
    </>
  );
}

/** `documents`: what can be taken away of the record, such as its certificate. */
function Head({ found, session, documents }: PartProps & { documents?: ReactNode }) {
  const { record, review } = found.standing;
  const { met, all } = metOf(record.checks);
  const mayCorrect = may(session.role, 'record-restore-test', session.scope.clientIds);
  return (
    <div className="flex flex-wrap items-start justify-between gap-3">
      <div className="min-w-0">
        <p className="text-ink-3 text-xs">
          <code>{recordName(record.recordId)}</code> {record.client.name}
        </p>
        <h1 className="[overflow-wrap:anywhere]">{record.system.name}</h1>
        <p className="text-13 mt-1.5 flex flex-wrap items-center gap-x-3 gap-y-1.5">
          <Mark tone={RESULT_TONE[record.result]}>{RESULT_WORD[record.result]}</Mark>
          <LevelBadge level={record.level} isLong />
          <Mark tone={REVIEW_TONE[review]}>{REVIEW_WORD[review]}</Mark>
          {record.isOnTime !== null && (
            <span className="border-line-2 text-ink-2 rounded border px-1.5 text-xs">
              {record.isOnTime ? 'On time' : 'Late'}
            </span>
          )}
        </p>
        <p className="text-13 text-ink-2 mt-1.5 max-w-[80ch]">
          {all > 0 && `${met} of ${counted(all, 'criterion', 'criteria')} met. `}
          {effectSentence(found.standing)} Tested {exactText(record.endedAt, record.timeZone)}.
        </p>
      </div>
      <div className="flex flex-wrap gap-1.5">
        {documents}
        {mayCorrect && (
          <CorrectionDialog
            key={found.amendments.length}
            recordId={record.recordId}
            seen={found.amendments.length}
            record={record}
          />
        )}
      </div>
    </div>
  );
}

function metOf(checks: ReadRestoreRecord['record']['checks']): { met: number; all: number } {
  return { met: checks.filter((check) => check.isMet === true).length, all: checks.length };
}

function Failure({ found, session, later }: PartProps & { later: readonly ListedRestoreRecord[] }) {
  const { record, failure } = found.standing;
  if (failure === 'none') return null;
  const said = record.failure;
  const mayRecord = may(session.role, 'record-restore-test', session.scope.clientIds);
  const retests = later.map(({ recordId, performedAt, result, level }) => ({
    recordId,
    name: `${level} ${result}, ${exactText(performedAt, record.timeZone)}`,
  }));
  return (
    <Section
      id="failure"
      title="What went wrong, and what came of it"
      aside={<Mark tone={failure === 'open' ? 'bad' : 'ok'}>{failure === 'open' ? 'Open' : 'Closed'}</Mark>}
    >
      <div className="bg-bg-2 border-line text-13 rounded-md border px-3.5 py-2.5">
        <dl className="grid gap-x-8 gap-y-1 sm:grid-cols-2">
          {(
            [
              ['Cause', said?.cause],
              ['Corrective action', said?.correctiveAction],
              ['Who sees to it', said?.owner],
              ['Ticket', said?.ticket],
            ] as const
          ).map(([name, told]) => (
            <div key={name} className="grid grid-cols-[120px_minmax(0,1fr)] gap-x-2">
              <dt className="text-ink-3">{name}</dt>
              <dd className="wrap-anywhere whitespace-pre-line">
                {told ?? <span className="text-ink-3">nobody said</span>}
              </dd>
            </div>
          ))}
          <div className="grid grid-cols-[120px_minmax(0,1fr)] gap-x-2">
            <dt className="text-ink-3">Retest</dt>
            <dd>
              {said?.retestRecordId ? (
                <TextLink href={`/restore-tests/${said.retestRecordId}`}>
                  {recordName(said.retestRecordId)}
                </TextLink>
              ) : (
                <span className="text-ink-3">none yet</span>
              )}
            </dd>
          </div>
        </dl>
        {mayRecord && (
          <div className="mt-2.5 flex flex-wrap gap-1.5">
            {failure === 'open' && (
              <Link
                href={`/restore-tests/new?system=${record.system.id}&retest=${record.recordId}`}
                className={buttonClass('primary')}
              >
                Record the retest
              </Link>
            )}
            <FailureDialog
              key={found.amendments.length}
              recordId={record.recordId}
              seen={found.amendments.length}
              failure={said}
              retests={retests}
            />
          </div>
        )}
      </div>
    </Section>
  );
}

function Review({ found, session }: PartProps) {
  const { standing, record, amendments } = found;
  if (standing.review !== 'awaiting') return null;
  if (!may(session.role, 'review-restore-test', session.scope.clientIds)) return null;
  return (
    <Section id="review" title="Review">
      <div className="bg-bg-2 border-line rounded-md border px-3.5 py-3">
        {authorsOf(record, amendments).has(session.personId) ? (
          <p className="text-13 text-ink-2">
            {record.performer.id === session.personId
              ? 'You performed this test.'
              : 'You corrected this record.'}{' '}
            Somebody else has to review it.
          </p>
        ) : (
          <ReviewBox
            key={amendments.length}
            recordId={record.recordId}
            seen={amendments.length}
            accepting={acceptingSentence(found)}
          />
        )}
      </div>
    </Section>
  );
}

/** What the record will do in the verdict once it is accepted. */
function acceptingSentence({ record, amendments }: ReadRestoreRecord): string {
  const by = { id: '', name: '' };
  const accepted = { kind: 'review', decision: 'accepted', by, at: 0, comment: null } as const;
  return effectSentence(standingOf(record, [...amendments, accepted]));
}

function Attachments({ found, session }: PartProps) {
  const { attachments, standing } = found;
  const { timeZone, recordId } = standing.record;
  return (
    <Section id="attachments" title="Attachments" aside={counted(attachments.length, 'file')}>
      {attachments.length === 0 && <p className="text-13 text-ink-3">Nothing is attached.</p>}
      <ul className="text-13">
        {attachments.map((one) => (
          <li key={one.attachmentId} className="border-line border-b py-1.5">
            <a
              href={`/api/v1/restore-attachments/${one.attachmentId}`}
              className="text-accent font-medium wrap-anywhere hover:underline"
              download
            >
              {one.name}
            </a>{' '}
            <span className="text-ink-3">
              {one.mediaType}, {sizeText(one.bytes)}
              {one.capturedAt !== null && `, captured ${exactText(one.capturedAt, timeZone)}`}
              {one.origin && `, ${one.origin}`}
            </span>
            <code className="text-ink-3 block wrap-anywhere">{one.sha256}</code>
          </li>
        ))}
      </ul>
      {may(session.role, 'record-restore-test', session.scope.clientIds) && (
        <AttachForm recordId={recordId} />
      )}
    </Section>
  );
}

function Seal({ found: { sha256, isIntact } }: { found: ReadRestoreRecord }) {
  return (
    <Section id="seal" title="SHA-256 of the record as it was made">
      <p className="text-13">
        <code className="wrap-anywhere">{sha256}</code>
        {!isIntact && (
          <span className="ml-2">
            <Mark tone="bad">It is not that of what is stored: the record was changed.</Mark>
          </span>
        )}
      </p>
    </Section>
  );
}
