import type { ReactNode } from 'react';
import { Mark } from '../backup/status-mark';
import { Button } from '../ui/button';
import type { FailedTry, SeenCertificate, TestAnswer } from './pull-answers';

/** What a test reached, or why it did not; a certificate that nobody vouches for can be pinned. */
export function TestResult({
  answer,
  onPin,
}: {
  answer: TestAnswer;
  /** Left out: nothing can be pinned here. */
  onPin?: ((fingerprint: string) => void) | undefined;
}) {
  if (!answer.isReached) return <FailedResult failed={answer} onPin={onPin} />;
  return (
    <Box label="Test of the connection" tone="ok" title="Holdfast is let in">
      <ul className="flex flex-col gap-1">
        <li>{answer.server}</li>
        {answer.facts.map((fact) => (
          <li key={fact}>{fact}</li>
        ))}
      </ul>
      <Certificate certificate={answer.certificate} />
    </Box>
  );
}

/** Why a test or a dry run came to nothing. */
export function FailedResult({
  failed: { problem, sentence, detail, httpStatus, certificate },
  onPin,
}: {
  failed: FailedTry;
  onPin?: ((fingerprint: string) => void) | undefined;
}) {
  const isPinnable = problem === 'untrusted-certificate' || problem === 'other-certificate';
  return (
    <Box label="Test of the connection" tone="bad" title="Nothing was read">
      <p>{sentence}</p>
      {httpStatus !== null && <p className="text-ink-2">It answered {httpStatus}.</p>}
      {detail !== null && (
        <pre className="bg-bg-2 max-h-32 overflow-y-auto rounded p-2 font-mono text-xs [overflow-wrap:anywhere] whitespace-pre-wrap">
          {detail}
        </pre>
      )}
      {isPinnable && certificate && (
        <>
          <Certificate certificate={certificate} />
          {onPin && (
            <div>
              <Button onClick={() => onPin(certificate.fingerprint)}>Yes, pin this certificate</Button>
            </div>
          )}
        </>
      )}
    </Box>
  );
}

function Certificate({ certificate: { fingerprint, subject, validTo } }: { certificate: SeenCertificate }) {
  return (
    <dl className="flex flex-col gap-0.5 text-xs">
      <dt className="text-ink-3">
        Certificate of {subject || 'nobody by name'}, valid until {validTo}, SHA-256
      </dt>
      <dd className="font-mono [overflow-wrap:anywhere]">{fingerprint}</dd>
    </dl>
  );
}

function Box({
  label,
  tone,
  title,
  children,
}: {
  label: string;
  tone: 'ok' | 'bad';
  title: string;
  children: ReactNode;
}) {
  return (
    <section
      aria-label={label}
      className="border-line-2 text-13 flex flex-col gap-2 rounded-lg border px-4 py-3"
    >
      <output className="font-semibold">
        <Mark tone={tone}>{title}</Mark>
      </output>
      {children}
    </section>
  );
}
