import { cutText } from '../text/cut-text';

/** Longer than any name that DNS or NetBIOS knows. */
export const HOST_KEY_MAX = 255;

/** What a machine is known by: its name in small letters, without the dot that may end a name of DNS. */
export function hostKey(name: string): string {
  const trimmed = name.trim();
  return cutText((trimmed.replace(/\.+$/, '') || trimmed).toLowerCase(), HOST_KEY_MAX);
}

/** The name without its domain; an address stays whole, since its first number names nothing. */
export function bareHostKey(key: string): string {
  const [label = key] = key.split('.');
  return label === '' || /^\d+$/.test(label) ? key : label;
}
