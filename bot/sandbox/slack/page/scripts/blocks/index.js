// Blocks to elements: which file draws which type. A type that nothing draws is shown as what it is, never left out.

import { el } from '../dom.js';
import { alertBox, context, divider, header, markdown, section } from './text.js';
import { chart } from './charts.js';
import { dataTable } from './data_table.js';
import { drawElement } from './elements.js';
import { image } from './images.js';
import { input } from './inputs.js';
import { richText } from './rich_text.js';
import { table } from './tables.js';
import { card, carousel, container, contextActions, plan, taskCard } from './agent.js';

const DRAWERS = {
  actions,
  alert: alertBox,
  card,
  carousel,
  container: (block, scene) => container(block, scene, drawBlocks),
  context,
  context_actions: contextActions,
  data_table: dataTable,
  data_visualization: chart,
  divider,
  header,
  image,
  input,
  markdown,
  plan,
  rich_text: richText,
  section,
  table,
  task_card: taskCard,
};

/** Every block in order. */
export function drawBlocks(blocks, scene) {
  return blocks.map((block) => el('div', { class: `block block-${block.type}` }, drawBlock(block, scene)));
}

function drawBlock(block, scene) {
  const draw = DRAWERS[block.type];
  return draw ? draw(block, scene) : unknown(block);
}

function unknown(block) {
  const raw = el('pre', { tabindex: 0 }, JSON.stringify(block, null, 2));
  return el('details', { class: 'unknown' }, el('summary', {}, `A block of type “${block.type}”, which this page does not draw`), raw);
}

function actions(block, scene) {
  return block.elements.map((element) => drawElement({ block: block.block_id, element, tells: true }, scene));
}
