import { expect, test } from 'vitest';
import { initialsOf } from './initials';

test.each([
  ['Mara Ellison', 'ME'],
  ['Cher', 'C'],
  ['Ana de la Cruz', 'AC'],
  ['', '?'],
  ['👩‍🚀', '?'],
])('initials of %s', (name, initials) => {
  expect(initialsOf(name)).toBe(initials);
});
