"""What ``fangxian run`` says to the person at the terminal."""

from __future__ import annotations

import os
from typing import Final

from fangxian.kernel.text import Text

RUNS_ALREADY: Final = Text(
    "Fangxian already runs on this data (process {pid}, {address}). Stop that one first, or set FANGXIAN_VAR to"
    " another folder.",
    "该数据目录上已有正在运行的防线（进程 {pid}，{address}）。请先停止它，或用 FANGXIAN_VAR 指定其他目录。")
PORT_TAKEN: Final = Text(
    "Port {port} on {host} can't be used ({reason}). Choose another: make run PORT={other}",
    "无法使用 {host} 的端口 {port}（{reason}）。请换一个端口：make run PORT={other}")
DATABASE_STARTED: Final = Text("PostgreSQL runs ({seconds:.1f} s).", "PostgreSQL 已启动（{seconds:.1f} 秒）。")
DATABASE_FOUND: Final = Text("PostgreSQL was still running.", "PostgreSQL 仍在运行。")
DATABASE_LOST: Final = Text("PostgreSQL is gone; starting it again.", "PostgreSQL 已停止，正在重新启动。")
DATABASE_STAYS: Final = Text("PostgreSQL did not start: {reason}", "PostgreSQL 未能启动：{reason}")
PREPARING: Final = Text("Preparing the tables …", "正在准备数据表 …")
PREPARED: Final = Text("The tables are ready ({seconds:.1f} s).", "数据表已就绪（{seconds:.1f} 秒）。")
PUBLISHED: Final = Text("Published the programme {name} ({seconds:.1f} s).", "已发布专项 {name}（{seconds:.1f} 秒）。")
PROGRAMME_STAYS: Final = Text(
    "The programme {name} stays as it was published; the one that came with this release differs under the same version"
    " number. A demo is renewed by: make run FRESH=1",
    "专项 {name} 保持已发布的内容；本次发行所附内容不同而版本号相同。演示数据可用以下命令重新生成：make run FRESH=1")
NOT_PREPARED: Final = Text(
    "The database could not be prepared; what stands above says why.", "数据库准备失败，原因见上文。")
UNREACHABLE: Final = Text(
    "The database does not answer: {reason}. Start it, or mend DATABASE_URL.",
    "数据库没有响应：{reason}。请启动数据库，或更正 DATABASE_URL。")
LOG_TELLS: Final = Text(
    "The database would write what is recorded into its log ({settings}). Let its administrator run: {remedy}",
    "数据库会把填报内容写入日志（{settings}）。请数据库管理员执行：{remedy}")
DEMO_LOADING: Final = Text("Loading the demo county; this takes a minute …", "正在加载演示县，约需一分钟 …")
DEMO_LOADED: Final = Text("The demo county is there ({seconds:.0f} s).", "演示县已就绪（{seconds:.0f} 秒）。")
DEMO_AGAIN: Final = Text(
    "The demo county was not loaded to its end; starting over.", "上次演示县未加载完整，正在重新加载。")
DEMO_FRESH: Final = Text(
    "Throwing the demo county away, with all that was done in it.", "正在清除演示县及其中的全部操作。")
ADDRESS: Final = Text("Fangxian: {address}", "防线：{address}")
SIGN_INS: Final = Text("Sign in as one of these:", "可用以下身份登录：")
STOP: Final = Text("Ctrl-C stops everything.", "按 Ctrl-C 全部停止。")
STOPPING: Final = Text("Stopping …", "正在停止 …")
STOPPED: Final = Text("Stopped. The data stay in {var}.", "已停止。数据保存在 {var}。")
ENDED: Final = Text(
    "ended ({how}); starting again in {seconds:.0f} s", "已退出（{how}），{seconds:.0f} 秒后重新启动")
FIRST_STEPS: Final = Text(
    "An empty county. In a second terminal:\n"
    "  .venv/bin/fangxian areas load areas.csv                                  its tree: code,name,level,parent\n"
    "  .venv/bin/fangxian user add NAME --post administrator --area CODE       its first administrator\n"
    "then sign in with the one-time password and give out the other posts there.",
    "当前没有任何区域。请在另一个终端中：\n"
    "  .venv/bin/fangxian areas load areas.csv                                  加载区域树：code,name,level,parent\n"
    "  .venv/bin/fangxian user add 用户名 --post administrator --area 区域代码   添加首位管理员\n"
    "然后用一次性密码登录，再分配其他岗位。")
OPEN_TO_OTHERS: Final = Text(
    "Others can reach this address. Set FANGXIAN_HOSTS to the names it is called by, and put HTTPS in front"
    " (FANGXIAN_HTTPS=1).",
    "该地址可被其他机器访问。请用 FANGXIAN_HOSTS 设置访问所用的域名，并在前端启用 HTTPS（FANGXIAN_HTTPS=1）。")

NO_PROXY: Final = Text(
    "FANGXIAN_HTTPS is on and no proxy is declared: set FANGXIAN_TRUSTED_PROXIES to where HTTPS ends, such as"
    " 127.0.0.1, or nobody gets in through it.",
    "已启用 FANGXIAN_HTTPS，但未声明代理：请将 FANGXIAN_TRUSTED_PROXIES 设为 HTTPS 代理的地址（如 127.0.0.1），"
    "否则无法经由代理访问。")

BACKED_UP: Final = Text(
    "Backed up, brought back on a server of its own and found whole: the database in {database}, the keys in {keys}.",
    "备份完成，并已在独立服务器上恢复验证：数据库在 {database}，密钥在 {keys}。")
RESTORED: Final = Text(
    "The backup is back. Start with: fangxian run", "备份已恢复。请用以下命令启动：fangxian run")
STAYS_DESTROYED: Final = Text(
    "{file} was destroyed since and stays so; what it protected can't be read.",
    "{file} 此后已销毁，不予恢复；受其保护的内容无法读取。")


def language() -> str:
    """The terminal's language, in the order POSIX gives the variables."""
    wanted = next((os.environ[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if os.environ.get(name)), "")
    return "zh-hans" if wanted.lower().startswith("zh") else "en"


def say(text: Text, **values: object) -> None:
    """One sentence to the terminal, in its language."""
    print(text.filled(**values).said_in(language()), flush=True)
