import type { CaptureName, RuleStatus } from './message-rule';

/** Why a rule does not hold for a message. */
export type NotHeld =
  | { readonly kind: 'other-sort' }
  | { readonly kind: 'other-sender'; readonly from: string | null }
  | { readonly kind: 'not-there'; readonly find: string };

/** Why a rule that holds does not say how a run ended. */
export type Undecided =
  | { readonly kind: 'no-sign' }
  /** What was not looked at could say the opposite. */
  | { readonly kind: 'too-long'; readonly charactersMax: number }
  | { readonly kind: 'too-many'; readonly waysMax: number }
  | { readonly kind: 'no-field'; readonly pointer: string }
  | { readonly kind: 'unnamed-value'; readonly pointer: string; readonly value: string };

/** What a rule takes out of a message, as it stands there; what it does not find is left out. */
export type Captured = Readonly<Partial<Record<CaptureName, string>>>;

/** What a rule makes of one way in which a message says what it says. */
export type RuleReading =
  | { readonly holds: false; readonly because: NotHeld }
  | { readonly holds: true; readonly status: null; readonly because: Undecided }
  /** `sign`: what said so. */
  | { readonly holds: true; readonly status: RuleStatus; readonly sign: string; readonly captured: Captured };

/** Why a rule does not hold, as the end of a sentence. */
export function notHeldText(because: NotHeld): string {
  switch (because.kind) {
    case 'other-sort':
      return 'it is a message of another sort';
    case 'other-sender':
      return because.from === null ? 'it names no sender' : `it is from ${because.from}`;
    case 'not-there':
      return `“${because.find}” is not in it`;
  }
}

/** Why a rule does not decide, as the end of a sentence. */
export function undecidedText(because: Undecided): string {
  switch (because.kind) {
    case 'no-sign':
      return 'nothing in it says how the run ended';
    case 'too-long':
      return `only its first ${Math.round(because.charactersMax / 1024)} KiB are looked at by rules, and what follows could say the opposite`;
    case 'too-many':
      return `it holds more mails than the ${because.waysMax} texts that rules look at`;
    case 'no-field':
      return `the field ${because.pointer}, which says how the run ended, is not there`;
    case 'unnamed-value':
      return `the rule does not say what “${because.value}” in ${because.pointer} means`;
  }
}
