import type { Instant } from '@/domain/time/instant';
import { WithdrawButton } from '../forms/withdraw-button';
import { Moment } from '../ui/moment';
import { Mark } from './status-mark';

export interface DeclarationRow {
  declarationId: string;
  subjectKind: 'repository' | 'system';
  subjectId: string;
  subjectName: string;
  attribute: 'media' | 'site' | 'failure-domain' | 'immutability' | 'taken-out' | 'brought-back';
  value: unknown;
  reason: string;
  declaredByName: string;
  declaredAt: Date;
  validUntil: Date | null;
}

interface Props {
  declarations: readonly DeclarationRow[];
  siteNames: ReadonlyMap<string, string>;
  timeZone: string;
  now: Instant;
  mayDeclare: boolean;
}

/** What people said that no tool reports: of what, who, why, until when. */
export function DeclarationList({ declarations, siteNames, timeZone, now, mayDeclare }: Props) {
  return (
    <ul className="border-line-2 text-13 border-t">
      {declarations.map((declaration) => {
        const text = declaredText(declaration, siteNames);
        const { validUntil } = declaration;
        const isExpired = validUntil !== null && validUntil.getTime() <= now;
        return (
          <li
            key={declaration.declarationId}
            className="border-line flex flex-wrap items-baseline gap-x-3 gap-y-0.5 border-b py-2"
            data-declaration={declaration.declarationId}
          >
            <span className="min-w-[220px] flex-1">
              <span className="font-medium">{declaration.subjectName}</span> {text}
              <span className="text-ink-3 block text-xs">
                {declaration.declaredByName},{' '}
                <Moment at={declaration.declaredAt.getTime()} timeZone={timeZone} now={now} />:{' '}
                {declaration.reason}
              </span>
            </span>
            {isExpired ? (
              <Mark tone="risk">Expired</Mark>
            ) : (
              <span className="text-ink-3">
                {validUntil === null ? 'until withdrawn' : 'until '}
                {validUntil && <Moment at={validUntil.getTime()} timeZone={timeZone} now={now} />}
              </span>
            )}
            {mayDeclare && (
              <WithdrawButton
                declarationId={declaration.declarationId}
                label={`${declaration.subjectName} ${text}`}
                again={againOf(declaration, isExpired)}
              />
            )}
          </li>
        );
      })}
    </ul>
  );
}

function againOf(
  { subjectKind, subjectId, attribute, value, reason, validUntil }: DeclarationRow,
  isExpired: boolean,
) {
  return {
    subject:
      subjectKind === 'system'
        ? { kind: 'system', systemId: subjectId }
        : { kind: 'repository', repositoryId: subjectId },
    said: { attribute, value },
    reason,
    validUntil: isExpired ? null : (validUntil?.toISOString() ?? null),
  };
}

function dayOf(instant: unknown): string {
  return String(instant).slice(0, 10);
}

/** 'stands at Leeds', 'is stored on NAS', … after the subject's name. */
function declaredText({ attribute, value }: DeclarationRow, siteNames: ReadonlyMap<string, string>): string {
  const parts = (typeof value === 'object' && value !== null ? value : {}) as Record<string, unknown>;
  switch (attribute) {
    case 'site':
      return `stands at ${siteNames.get(String(value)) ?? 'a site that is gone'}`;
    case 'media':
      return `is stored on ${String(value)}`;
    case 'failure-domain':
      return `fails together with ${String(value)}`;
    case 'immutability': {
      const until = parts['until'] == null ? '' : ` until ${dayOf(parts['until'])}`;
      return `is protected by ${String(parts['kind']).replaceAll('_', ' ')}${until}`;
    }
    case 'taken-out': {
      const siteName = siteNames.get(String(parts['siteId']));
      return `was carried away on ${dayOf(parts['at'])}${siteName ? ` to ${siteName}` : ''}`;
    }
    case 'brought-back':
      return `was brought back on ${dayOf(parts['at'])}`;
  }
}
