import { describe, expect, it } from 'vitest';
import { escapeHidden, hidesSomething, visibleLines, visibleText } from './visible-text';

describe('a text of somebody else’s', () => {
  it.each([
    ['plain', 'plain'],
    ['Zoë, 北京, عربي, 👩‍💻', 'Zoë, 北京, عربي, 👩‍💻'],
    ['', ''],
    ['  ', '␠␠'],
    [' a ', ' a '],
    ['a\u0000b', 'a␀b'],
    ['\u001b[2Jgone', '␛[2Jgone'],
    ['\u009b31mred', '�31mred'],
    ['one\r\ntwo\tthree', 'one␍␊two␉three'],
    ['invoice\u202egpj.exe', 'invoice�gpj.exe'],
    ['pay\u200bpal\ufeff', 'pay�pal�'],
    ['a\u2028b\u007f', 'a�b␡'],
  ])('%j is shown as %s', (text, shown) => {
    expect(visibleText(text)).toBe(shown);
    expect(visibleText(shown)).toBe(shown);
    expect(shown).toHaveLength(text.length);
    expect(hidesSomething(shown)).toBe(false);
    expect(hidesSomething(text)).toBe(text !== shown && !shown.includes('␠'));
  });

  it('keeps its lines and tabs where it may have some', () => {
    expect(visibleLines('one\r\ntwo\tthree\rfour\u001b')).toBe('one\ntwo\tthree␍four␛');
  });

  it('is the same JSON when what hides in it is escaped', () => {
    const json = JSON.stringify({ message: 'a\u009bb\u202ec\u0000d\u2028' });
    expect(escapeHidden(json)).not.toMatch(/[\u007f-\u009f\u2028-\u202e]/);
    expect(JSON.parse(escapeHidden(json))).toEqual(JSON.parse(json));
  });
});
