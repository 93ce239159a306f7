import type { Instant } from '@/domain/time/instant';
import { DeclareDialog, type DeclaredAttributeName } from '../forms/declare-dialog';
import { WithdrawButton } from '../forms/withdraw-button';
import { Moment } from '../ui/moment';
import { Mark } from './status-mark';

interface DeclarationRow {
  declarationId: string;
  subjectKind: 'repository' | 'system';
  subjectId: string;
  subjectName: string;
  attribute: DeclaredAttributeName;
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
              <Mark tone={declaration.attribute === 'off' ? 'off' : 'risk'}>
                {declaration.attribute === 'off' ? 'Over' : 'Expired'}
              </Mark>
            ) : (
              <span className="text-ink-3">
                {validUntil === null ? 'until withdrawn' : 'until '}
                {validUntil && <Moment at={validUntil.getTime()} timeZone={timeZone} now={now} />}
              </span>
            )}
            {mayDeclare && isAttestation(declaration) && (
              <DeclareDialog
                clientId=""
                sites={[]}
                timeZone={timeZone}
                subjects={[
                  { kind: declaration.subjectKind, id: declaration.subjectId, name: declaration.subjectName },
                ]}
                renewed={declaration}
              />
            )}
            {mayDeclare && (
              <WithdrawButton
                declarationId={declaration.declarationId}
                label={`${declaration.subjectName} ${text}`}
              />
            )}
          </li>
        );
      })}
    </ul>
  );
}

/** What is signed off again and again, unlike what is said once. */
function isAttestation({ attribute }: DeclarationRow): boolean {
  return attribute === 'access' || attribute === 'key-custody';
}

function minuteOf(instant: unknown): string {
  return `${String(instant).slice(0, 16).replace('T', ' ')} UTC`;
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
    case 'off':
      return `is switched off from ${minuteOf(parts['from'])} to ${minuteOf(parts['until'])}`;
    case 'access': {
      const lacks = [
        parts['hasSecondFactor'] === true ? null : 'no second factor',
        parts['hasSeparateCredentials'] === true ? null : 'no separate credentials',
      ].filter((one) => one !== null);
      const how =
        lacks.length === 0 ? 'with a second factor and separate credentials' : `with ${lacks.join(' and ')}`;
      return `can be reached by ${String(parts['deletableBy'])}, ${how}; ${String(parts['owner'])} answers for it`;
    }
    case 'key-custody':
      return `has its key kept: ${String(parts['keptAt'])}, held by ${String(parts['heldBy'])}; ${String(parts['owner'])} answers for it`;
    case 'brought-back':
      return `was brought back on ${dayOf(parts['at'])}`;
  }
}
