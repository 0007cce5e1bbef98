<?php
/* Does for PHP's own server what .htaccess does for Apache: files and the scripts of WordPress as
   they are, every other address to index.php. */
$path = rawurldecode(parse_url($_SERVER['REQUEST_URI'], PHP_URL_PATH) ?? '/');
$file = rtrim($_SERVER['DOCUMENT_ROOT'] . $path, '/');
if (is_file($file) || ($path !== '/' && is_file("$file/index.php"))) {
    return false;
}
$_SERVER['SCRIPT_NAME'] = $_SERVER['PHP_SELF'] = '/index.php';
$_SERVER['SCRIPT_FILENAME'] = $_SERVER['DOCUMENT_ROOT'] . '/index.php';
require $_SERVER['DOCUMENT_ROOT'] . '/index.php';
