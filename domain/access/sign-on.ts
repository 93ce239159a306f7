import type { Role } from './permissions';

/** Roles that groups of a provider can give, most powerful first. Never owner: who runs the provider would run the MSP. */
export const SIGN_ON_ROLES = ['admin', 'technician', 'read-only'] as const satisfies readonly Role[];
export type SignOnRole = (typeof SIGN_ON_ROLES)[number];

/** Which role each group gives, by the group's name or id exactly as the provider says it. */
export type RoleByGroup = Readonly<Record<string, SignOnRole>>;

const GROUPS_MAX = 1000;

/** The most powerful role that somebody's groups give; null: none of them gives one. */
export function roleOfGroups(roleByGroup: RoleByGroup, groups: readonly string[]): SignOnRole | null {
  const given = new Map(Object.entries(roleByGroup));
  const roles = new Set(groups.map((group) => given.get(group)));
  return SIGN_ON_ROLES.find((role) => roles.has(role)) ?? null;
}

/** Groups in what a provider claims of somebody: a list of texts, or one text. Whatever else it is gives none. */
export function groupsOf(claim: unknown): string[] {
  const list: readonly unknown[] = Array.isArray(claim) ? claim : [claim];
  return list.filter((one): one is string => typeof one === 'string' && one !== '').slice(0, GROUPS_MAX);
}

/** Why somebody whom the provider sent back is not signed in, or a link was not made. */
export const SIGN_ON_REFUSALS = [
  'answer',
  'late',
  'declined',
  'no-email',
  'no-role',
  'deactivated',
  'has-account',
  'changed',
  'taken',
  'unavailable',
] as const;
export type SignOnRefusal = (typeof SIGN_ON_REFUSALS)[number];

/** A refusal in plain words, with what to do. */
export function signOnRefusalText(refusal: SignOnRefusal): string {
  switch (refusal) {
    case 'answer':
      return 'The sign-in provider’s answer could not be trusted, so you are not signed in. Try again; if it happens again, tell an admin of your MSP.';
    case 'late':
      return 'This sign-in was used already, or took longer than ten minutes. Start again.';
    case 'declined':
      return 'The sign-in provider did not let you in. Start again, or ask whoever runs it.';
    case 'no-email':
      return 'The sign-in provider did not tell your e-mail address. Ask an admin of your MSP to have it sent along (scope “email”).';
    case 'no-role':
      return 'The sign-in provider knows you, but none of your groups there may use Holdfast. Ask an admin of your MSP to put you into one that may.';
    case 'deactivated':
      return 'Your access was taken back by an admin of your MSP. Ask them to let you in again.';
    case 'has-account':
      return 'You have an account with a password here already. Sign in with it, then link single sign-on on your account page.';
    case 'changed':
      return 'Single sign-on was just changed, or you signed in twice at once. Start again.';
    case 'taken':
      return 'This account of the provider is linked with somebody else here. Sign out there and choose your own.';
    case 'unavailable':
      return 'The sign-in provider does not answer at the moment. Try again in a minute.';
  }
}
