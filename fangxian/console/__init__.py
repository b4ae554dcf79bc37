"""The web pages for posts: server-rendered, one module a page under ``pages``."""
