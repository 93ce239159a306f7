import { expect, test } from 'vitest';
import { HOSTILE_TEXTS } from '@/test/hostile-texts';
import { DARK_GROUND, PAPER, readableOn } from '../brand/contrast';
import { brandedMail } from './branded-mail';
import { escapeHtml } from './escape-html';

const BRAND = { name: 'Tiderock IT', colour: '#ffdd00' };
const MAIL = {
  subject: 'A report',
  text: 'Mara sends you\na document.\n\nOpen points:\n- one\n- two\n\nhttps://holdfast.example/shared-document#abc\n\nAll of it:\nhttps://holdfast.example/portal',
};

test('has the words of the plain mail in their order, and its addresses as links', () => {
  const html = brandedMail(MAIL, BRAND);
  expect(html).toContain('Mara sends you a document.');
  expect(html).toContain('Open points:<br>- one<br>- two');
  expect([...html.matchAll(/href="([^"]+)"/g)].map(([, address]) => address)).toEqual([
    'https://holdfast.example/shared-document#abc',
    'https://holdfast.example/shared-document#abc',
    'https://holdfast.example/portal',
  ]);
  expect(html).toContain('All of it:<br><a');
});

test('uses a colour that is too weak as far as it can be read, on light and on dark', () => {
  const html = brandedMail(MAIL, BRAND);
  expect(html).toContain(`color:${readableOn(BRAND.colour, PAPER)}`);
  expect(html).toContain(`background:${readableOn(BRAND.colour, PAPER)};color:#ffffff`);
  expect(html).toContain(`.link{color:${readableOn(BRAND.colour, DARK_GROUND)}!important}`);
  expect(html.replace(/<style>.*<\/style>/, '')).not.toContain(BRAND.colour);
});

test('is dark where its reader’s device is, or where a preview asks for it', () => {
  expect(brandedMail(MAIL, BRAND)).toContain('(prefers-color-scheme:dark)');
  expect(brandedMail(MAIL, BRAND, 'light')).not.toContain(DARK_GROUND);
  const dark = brandedMail(MAIL, BRAND, 'dark');
  expect(dark).toContain(DARK_GROUND);
  expect(dark).not.toContain('prefers-color-scheme');
});

const tags = (of: string) => new Set([...of.matchAll(/<\/?([a-z0-9!]+)/gi)].map(([, tag]) => tag));

test.each(HOSTILE_TEXTS)('$what is words, in the name and in a note', ({ text }) => {
  const html = brandedMail({ subject: text, text: `Before\n\n${text}\n\nafter` }, { ...BRAND, name: text });
  const own = brandedMail({ subject: '', text: 'Before\n\nx\n\nafter' }, BRAND);
  expect([...tags(html)].filter((tag) => !tags(own).has(tag) && !['a', 'br'].includes(tag ?? ''))).toEqual(
    [],
  );
  expect(html).toContain(`>${escapeHtml(text)}</p>`);
  for (const [, address] of html.matchAll(/href="([^"]*)"/g)) expect(address).toMatch(/^https?:/);
});
