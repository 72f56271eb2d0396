// The emoji that our messages and reactions use. Others stay `:text:`, as they would in a workspace that lacks them.

const EMOJI = {
  '+1': '👍', thumbsup: '👍', '-1': '👎', thumbsdown: '👎', eyes: '👀', heart: '❤️', tada: '🎉', white_check_mark: '✅',
  heavy_check_mark: '✔️', x: '❌', warning: '⚠️', rotating_light: '🚨', fire: '🔥', bell: '🔔', no_bell: '🔕', wave: '👋',
  hourglass: '⌛', hourglass_flowing_sand: '⏳', stopwatch: '⏱️', calendar: '📅', bar_chart: '📊', moneybag: '💰',
  money_with_wings: '💸', dollar: '💵', chart_with_upwards_trend: '📈', chart_with_downwards_trend: '📉', bulb: '💡',
  mag: '🔍', lock: '🔒', unlock: '🔓', key: '🔑', gear: '⚙️', wrench: '🔧', hammer: '🔨', memo: '📝', pushpin: '📌',
  link: '🔗', zap: '⚡', robot_face: '🤖', coin: '🪙', information_source: 'ℹ️', question: '❓', exclamation: '❗',
  large_green_circle: '🟢', large_yellow_circle: '🟡', large_orange_circle: '🟠', red_circle: '🔴', white_circle: '⚪',
  arrow_up: '⬆️', arrow_down: '⬇️', arrow_right: '➡️', small_red_triangle: '🔺', small_red_triangle_down: '🔻', smile: '😄',
  slightly_smiling_face: '🙂', thinking_face: '🤔', raised_hands: '🙌', pray: '🙏', rocket: '🚀', snowflake: '❄️',
  broom: '🧹', sparkles: '✨', cloud: '☁️', see_no_evil: '🙈', thread: '🧵', package: '📦', point_right: '👉',
};

export const REACTIONS = ['+1', 'eyes', 'white_check_mark', 'heart', 'tada', 'thinking_face'];

/** The sign, or the name between colons where there is none. */
export function emoji(name) {
  return EMOJI[name] ?? `:${name}:`;
}

export function isEmoji(name) {
  return Object.hasOwn(EMOJI, name);
}
