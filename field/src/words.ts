/** What scripts say to the user; everything else is said by the server's templates. `{n}` is filled in. */
export type Lang = 'en' | 'zh'

const WORDS = {
  today: ['today', '今天'],
  yesterday: ['yesterday', '昨天'],
  tomorrow: ['tomorrow', '明天'],
  now: ['now', '现在'],
  'n min': ['{n} min', '{n} 分钟'],
  'n h': ['{n} h', '{n} 小时'],
  'n h n min': ['{n} h {m} min', '{n} 小时 {m} 分'],
  'n d': ['{n} d', '{n} 天'],
  late: ['{time} late', '已超时 {time}'],
  left: ['{time} left', '还剩 {time}'],
  ago: ['{time} ago', '{time}前'],
  in: ['in {time}', '{time}后'],

  'n waiting': ['{n} waiting', '{n} 条待发'],
  'n sent today': ['{n} sent today', '今日已发 {n} 条'],
  'n refused': ['{n} refused', '{n} 条被退回'],
  'all sent': ['All sent', '全部已发'],
  'sign in to send': ['Sign in to send', '登录后发送'],
  'another user': [
    '{n} from another user wait on this device. They are sent when that user signs in here.',
    '本机还有另一位用户的 {n} 条待发，该用户在此登录后发送。',
  ],
  'outbox empty': [
    'Nothing was filled in on this device today. What you send appears here until the server has it.',
    '今天本机还没有填报。您提交的内容会显示在这里，直到服务器收到。',
  ],
  'state waiting': ['Waiting', '待发'],
  'state sending': ['Sending', '发送中'],
  'state sent': ['Sent', '已发送'],
  'state refused': ['Refused', '被退回'],
  'edit again': ['Edit again', '重新填写'],
  'send again': ['Send again', '再发一次'],
  discard: ['Discard', '丢弃'],
  'discard?': ['Discard “{label}”? What was typed is lost.', '丢弃“{label}”？已填内容将丢失。'],
  undo: ['Undo', '撤销'],
  undone: ['Undone: {label}', '已撤销：{label}'],
  saved: ['{label}: recorded', '{label}：已记录'],
  'kept offline': ['{label}: kept here, sent when the network is back', '{label}：已保存在本机，联网后发送'],
  'was refused': ['{label}: {detail}', '{label}：{detail}'],
  'cannot undo': ['It could not be undone. Open the record and correct it there.', '未能撤销，请打开记录更正。'],
  'cannot store': [
    'This browser cannot keep answers on the device. Stay on the page until it says recorded.',
    '此浏览器无法在本机保存填报，请等到显示“已记录”再离开。',
  ],
  'no answer': ['The server does not answer. Tried {n} times; trying again {when}.', '服务器没有应答，已试 {n} 次，{when}再试。'],
  'refused plainly': ['The server refused it ({status}). Open it again and check what was typed.', '服务器未接受（{status}），请重新打开检查。'],
  'signed out': ['You are signed out. Nothing is lost: sign in and it is sent.', '登录已失效。内容已保存，登录后自动发送。'],
  'sign in': ['Sign in', '登录'],
  'sign out?': [
    '{n} answers have not been sent yet. They stay on this device and are sent when you sign in here again. Sign out?',
    '还有 {n} 条未发送，会保留在本机，您再次在此登录后发送。确定退出？',
  ],

  'n of n': ['{n} of {m} shown', '显示 {n}／{m} 条'],

  copied: ['Copied', '已复制'],
  'cannot copy': ['The browser did not allow copying. Select the text and copy it by hand.', '浏览器不允许复制，请手动选择复制。'],
  ok: ['OK', '确定'],
  cancel: ['Cancel', '取消'],
  close: ['Close', '关闭'],
  offline: ['No network. What you send is kept and goes out later.', '没有网络。提交的内容会保存，稍后发送。'],
  online: ['Network is back.', '网络已恢复。'],
  'page failed': ['The page could not be loaded. Check the network and try again.', '页面未能载入，请检查网络后重试。'],

  'n new alerts': ['{n} new alerts', '{n} 条新警报'],
  'one new alert': ['New alert', '新警报'],
  open: ['Open', '打开'],
  'sound on': ['Alert sound on', '警报声已开'],
  'sound off': ['Alert sound off', '警报声已关'],

  'whole only': ['“{text}”: a whole number, without point or comma. Type it again.', '“{text}”：请填写整数，不带小数点或逗号，请重新输入。'],
  'doubtful number': ['“{text}” could be {whole} or {part}. Type one of the two.', '“{text}”可能是{whole}或{part}，请填写其中一个。'],
  'no number': ['“{text}” is no number. Type it in digits, such as 36.5.', '“{text}”不是数字，请用数字填写，例如36.5。'],
  target: ['target', '目标'],
  draft: ['Draft of {time} restored.', '已恢复 {time} 的草稿。'],
  'start afresh': ['Start afresh', '重新开始'],
  'start afresh?': ['Throw the draft away and start with an empty form?', '丢弃草稿，重新填写？'],
  'draft saved': ['Draft kept on this device {time}', '草稿已存本机 {time}'],
  'form opens': ['Opening the form …', '正在打开表单……'],
  'form failed': ['The form could not be loaded. Check the network and try again; nothing you typed is lost.', '表单未能载入，请检查网络后重试，已填内容不会丢失。'],
  'one of these?': ['Is it one of these?', '是以下人员之一吗？'],
  'same person': ['Yes, it is this person: send', '是此人，提交'],
  'none of these': ['None of these, somebody new: send', '都不是，按新人员提交'],
  'changes this?': ['Change what is recorded?', '是否更改已有记录？'],
  'or put right': ['Look at it again. If it is wrong, put it right above and send again.', '请再次核对。如有误，请在上方更正后重新提交。'],
  'change it': ['Yes, change it', '是，确认更改'],
  'not twice': [
    'Nobody is registered twice by one document. If it is somebody else, compare the number and type it again.',
    '同一证件不重复登记。如为另一人，请核对号码后重新填写。',
  ],
  'try again': ['Try again', '重试'],
  'form languages': ['Language of the form', '表单语言'],
} as const satisfies Record<string, readonly [string, string]>

export type Word = keyof typeof WORDS
export type Values = Readonly<Record<string, string | number>>

export function pageLang(root: HTMLElement = document.documentElement): Lang {
  return root.lang.toLowerCase().startsWith('zh') ? 'zh' : 'en'
}

export function say(word: Word, values: Values = {}, lang: Lang = pageLang()): string {
  const text = WORDS[word][lang === 'zh' ? 1 : 0]
  return text.replace(/\{(\w+)\}/g, (hole, name: string) => String(values[name] ?? hole))
}
