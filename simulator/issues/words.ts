/** Words of the simulated people: many scripts, right-to-left text, emoji sequences and characters that break careless code. */

import type { Draw } from '../random.js';

const VERBS = [
  'Fix',
  'Add',
  'Remove',
  'Prüfe',
  'Migrer',
  'Обновить',
  '修正',
  'Investigate',
  'Document',
  'Speed up',
  'Überarbeite',
];
const THINGS = [
  ...[
    'login page',
    'invoice export',
    'Größenangabe',
    'file d’attente',
    'поиск',
    '検索画面',
    'תשלום מאובטח',
    'صفحة الدفع',
  ],
  ...[
    'retry logic',
    '"quoted" name',
    "O'Brien's report",
    '=SUM(A1:A9)',
    '<b>bold</b> title',
    'C:\\temp\\new',
    'naïve café',
  ],
];
const WHERE = [
  'on mobile 📱',
  'for EU customers 🇪🇺',
  'after the upgrade',
  '(v2.0)',
  'in Zürich',
  '— urgent ‼️',
  '👩‍👩‍👧‍👦 family plan',
  '',
];
const SENTENCES = [
  'The job stopped after the third page and nobody noticed.',
  'Beim Speichern geht die Größe verloren, siehe Anhang.',
  'Après la mise à jour, l’écran reste blanc.',
  'На тестовом стенде не воспроизводится.',
  '昨日から検索結果が空になります。',
  'הכפתור לא מגיב בטלפון.',
  'يظهر الخطأ فقط مع الحسابات القديمة.',
  'Works on my machine 🤷‍♂️',
  'Numbers: 1,234.56 versus 1.234,56; "quotes", back\\slash, tab\there.',
  'Needs a decision before the release.',
  'Z̸a̷l̶g̵o̴ text and a zero\u200bwidth space.',
];
export const LABELS = ['backend', 'frontend', 'größe', 'tech-debt', 'customer', '緊急', 'q3_2026', 'no:colon', 'αβγ'];

export function summaryOf(draw: Draw): string {
  return `${draw.pick(VERBS)} ${draw.pick(THINGS)} ${draw.pick(WHERE)}`.trimEnd();
}

export const sentenceOf = (draw: Draw): string => draw.pick(SENTENCES);

export function textOf(draw: Draw, sentences: number): string {
  return Array.from({ length: sentences }, () => sentenceOf(draw)).join(' ');
}

export const labelsOf = (draw: Draw): string[] => draw.some(LABELS, 0, 3);
